"""The only room that talks to a PACS: DICOMweb, C-STORE and what Orthanc adds."""

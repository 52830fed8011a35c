"""What may be asked of the PACS through /dicom-web/."""

import pytest

from lib.errors import MethodRefusedError, PathRefusedError, UnknownResourceError
from lib.server.dicomweb_rules import MAX_LENGTH, require_query, resource_of

INSTANCE = b"studies/1.2.3/series/1.2.4/instances/1.2.5"


@pytest.mark.parametrize(
    "resource",
    [
        b"studies",
        b"series",
        b"instances",
        b"studies/1.2.3",
        b"studies/1.2.3/series",
        b"studies/1.2.3/instances",
        b"studies/1.2.3/metadata",
        b"studies/1.2.3/series/1.2.4/instances",
        b"studies/1.2.3/series/1.2.4/metadata",
        b"studies/1.2.3/series/1.2.4/rendered",
        b"studies/1.2.3/series/1.2.4/thumbnail",
        INSTANCE,
        INSTANCE + b"/metadata",
        INSTANCE + b"/rendered",
        INSTANCE + b"/frames/1",
        INSTANCE + b"/frames/1,2,96",
        INSTANCE + b"/frames/1/rendered",
        INSTANCE + b"/bulk/50003000",
        INSTANCE + b"/bulkdata/00091010/1/7FE00010",
        b"bulkdata/abc-123",
        b"studies/999.999.1.19941016.083000",
        b"studies/not%20a.uid_-~!",
    ],
)
def test_a_resource_of_dicomweb_can_be_read(resource: bytes) -> None:
    assert resource_of("GET", b"/dicom-web/" + resource) == resource


@pytest.mark.parametrize("resource", [b"studies", b"studies/1.2.3"])
def test_instances_can_be_stored(resource: bytes) -> None:
    assert resource_of("POST", b"/dicom-web/" + resource) == resource


@pytest.mark.parametrize(
    "resource",
    [
        b"../system",
        b"studies/../../system",
        b"studies/..",
        b"./studies",
        b"studies/./1.2.3",
        b"%2e%2e/system",
        b"%2E%2e/system",
        b".%2e/system",
        b"%2e/studies",
        b"studies%2f..%2f..%2fsystem",
        b"studies/%252e%252e/system",
        b"studies/%5c..%5c",
        b"studies\\..\\..\\system",
        b"/studies",
        b"studies//1.2.3",
        b"http://elsewhere.test/studies",
        b"//elsewhere.test/studies",
        b"studies/1.2%00.3",
        b"studies/1.2%0d%0aX-Evil:%201",
        b"studies/1.2%7f",
        b"studies/1.2%zz",
        b"studies/1.2%",
        b"studies/1.2\n",
        b"studies/1.2 3",
        b"studies/1.2#x",
        b"studies/1.2?x",
        "studies/1.2\u2025".encode(),
        b"studies/" + b"1" * MAX_LENGTH,
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_path_that_could_leave_dicomweb_is_refused(method: str, resource: bytes) -> None:
    with pytest.raises(PathRefusedError, match="not forwarded"):
        resource_of(method, b"/dicom-web/" + resource)


@pytest.mark.parametrize(
    "path",
    [
        b"/dicom-web/",
        b"/dicom-web/servers",
        b"/dicom-web/servers/other/stow",
        b"/dicom-web/app/client/index.html",
        b"/dicom-web/info",
        b"/dicom-web/system",
        b"/dicom-web/studies/",
        b"/dicom-web/studies/1.2.3/",
        b"/dicom-web/Studies",
        b"/dicom-web/studies/1.2.3/archive",
        b"/dicom-web/series/1.2.4",
        b"/dicom-web/" + INSTANCE + b"/frames/all",
        b"/dicom-web/" + INSTANCE + b"/frames/",
        b"/%64icom-web/studies",
    ],
)
def test_what_is_not_dicomweb_is_not_found(path: bytes) -> None:
    with pytest.raises(UnknownResourceError, match="no such DICOMweb resource"):
        resource_of("GET", path)


@pytest.mark.parametrize("method", ["HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "MOVE"])
def test_other_methods_are_refused_with_those_that_work(method: str) -> None:
    with pytest.raises(MethodRefusedError, match=rf"{method} is not possible here; GET, POST is") as refused:
        resource_of(method, b"/dicom-web/studies/1.2.3")

    assert refused.value.allowed == ("GET", "POST")


def test_nothing_is_stored_into_a_series() -> None:
    with pytest.raises(MethodRefusedError, match="POST is not possible"):
        resource_of("POST", b"/dicom-web/studies/1.2.3/series")


def test_a_root_path_before_ours_is_no_part_of_the_resource() -> None:
    assert resource_of("GET", b"/angio/dicom-web/studies") == b"studies"


@pytest.mark.parametrize(
    "query", [b"", b"PatientName=A^B*&limit=1", b"a=%23%20%0d%0a", b"uid=1.2\\1.3", b'a="b"']
)
def test_a_query_may_have_all_that_people_type(query: bytes) -> None:
    require_query(query)


@pytest.mark.parametrize("query", [b"a=1#/../system", b"a=1 2", b"a=\r\nX: 1", b"a=\0", "a=\u00e9".encode()])
def test_a_query_that_cannot_be_sent_on_is_refused(query: bytes) -> None:
    with pytest.raises(PathRefusedError, match="query"):
        require_query(query)

"""Every failure becomes one sentence with a status, and nothing else gets out."""

import logging
from collections.abc import AsyncIterator

import pytest
from fastapi import APIRouter, HTTPException
from monailabel.interfaces.exception import ImageNotFoundException, MONAILabelError, MONAILabelException
from starlette.responses import StreamingResponse

from lib import errors
from lib.server.errors import RETRY_AFTER_S, status_of
from tests.unit.server.conftest import Serve

SECRET = "CANARY^Jane"


def raising(error: Exception) -> APIRouter:
    router = APIRouter()

    @router.get("/try")
    def fail() -> None:
        raise error

    return router


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.NotDicomError("a.txt"), 400),
        (errors.RunNotFoundError("1.2"), 404),
        (errors.StateMoveError("run", "done", "new", ["skipped"]), 409),
        (errors.TooLargeError(10), 413),
        (errors.PacsUnavailableError("http://pacs.test/dicom-web", "no connection"), 503),
        (errors.PacsRefusedError("http://pacs.test/dicom-web", "store", "full"), 503),
        (errors.DiskFullError("data"), 507),
    ],
)
def test_an_error_is_answered_by_its_kind_with_its_own_sentence(
    serve: Serve, error: errors.FluoroError, status: int
) -> None:
    answer = serve(raising(error)).get("/try")

    assert (answer.status_code, answer.json()) == (status, {"detail": str(error)})


def test_every_error_of_the_house_has_a_status() -> None:
    def kinds(kind: type[errors.FluoroError]) -> list[type[errors.FluoroError]]:
        return [kind, *(deeper for below in kind.__subclasses__() for deeper in kinds(below))]

    for kind in kinds(errors.FluoroError):
        assert status_of(kind.__new__(kind)) >= 400


def test_who_meets_a_silent_pacs_learns_when_to_come_again(serve: Serve) -> None:
    error = errors.PacsUnavailableError("http://pacs.test/dicom-web", "no connection")

    answer = serve(raising(error)).get("/try")

    assert answer.headers["Retry-After"] == str(RETRY_AFTER_S)
    assert "http://pacs.test/dicom-web" in answer.json()["detail"]


def test_a_refused_method_is_answered_with_those_that_work(serve: Serve) -> None:
    answer = serve(raising(errors.MethodRefusedError("PUT", ["GET", "POST"]))).get("/try")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, POST")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (MONAILabelException(MONAILabelError.INVALID_INPUT, "There is no model 'x' available"), 400),
        (MONAILabelException(MONAILabelError.APP_INIT_ERROR, "There is no such strategy 'x' available"), 404),
        (ImageNotFoundException("Image 1.2 not found"), 404),
    ],
)
def test_what_monai_label_blames_on_the_sender_keeps_its_sentence(
    serve: Serve, error: MONAILabelException, status: int
) -> None:
    answer = serve(raising(error)).get("/try")

    assert (answer.status_code, answer.json()) == (status, {"detail": error.msg})


@pytest.mark.parametrize(
    "error",
    [ValueError(SECRET), MONAILabelException(MONAILabelError.INFERENCE_ERROR, SECRET), KeyError(SECRET)],
)
def test_the_unexpected_is_answered_with_an_incident_number_that_the_log_has(
    serve: Serve, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = serve(raising(error)).get("/try")

    number = answer.json()["detail"].partition("incident ")[2][:8]
    said = [record.getMessage() for record in caplog.records if number in record.getMessage()]
    assert answer.status_code == 500
    assert len(said) == 1
    assert type(error).__name__ in said[0]
    assert "test_errors.py" in said[0]
    assert SECRET not in answer.text + caplog.text
    assert "Traceback" not in answer.text


def test_answers_that_were_meant_stay_as_they_are(serve: Serve) -> None:
    answer = serve(raising(HTTPException(418, "short and stout"))).get("/try")

    assert (answer.status_code, answer.json()) == (418, {"detail": "short and stout"})


def test_an_answer_that_breaks_in_the_middle_is_not_followed_by_another(serve: Serve) -> None:
    router = APIRouter()

    @router.get("/try")
    async def begin() -> StreamingResponse:
        async def body() -> AsyncIterator[bytes]:
            yield b"begun"
            raise errors.PacsUnavailableError("http://pacs.test", "the connection broke")

        return StreamingResponse(body())

    assert serve(router).get("/try").content == b"begun"


def test_a_field_that_is_not_valid_is_named_without_its_value(serve: Serve) -> None:
    router = APIRouter()

    @router.get("/try")
    def want(number: int) -> int:
        return number

    answer = serve(router).get("/try", params={"number": SECRET})

    assert answer.status_code == 400
    assert "query.number" in answer.json()["detail"]
    assert SECRET not in answer.text

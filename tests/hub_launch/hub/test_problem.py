import json
from http import HTTPStatus

from hub_launch.hub.problem import problem


def test_an_error_over_http_is_a_problem_document():
    response = problem(HTTPStatus.SERVICE_UNAVAILABLE, "it is starting")
    assert response.status_code == 503
    assert response.headers["content-type"] == "application/problem+json"
    assert json.loads(response.body) == {"title": "Service Unavailable", "status": 503, "detail": "it is starting"}

"""The API's own description, made whole: scopes and refusals are said for every operation."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from curation.api.auth import Bearer
from curation.api.schemas import Refusal

_REFUSAL = {
    "description": "Refused: 400, 401, 403, 404, 409, 422, or 503 when the store fails",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}},
}


class DescribedAPI(NinjaAPI):
    """ninja leaves out what a token has to be allowed, and every error that is raised."""

    def __init__(self, **options: Any) -> None:
        self._scopes: dict[str, list[str]] = {}
        super().__init__(**options)

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The function's name: they are verbs, and a test says that they are unique."""
        id_ = operation.view_func.__name__
        self._scopes[id_] = [
            scope.value
            for door in operation.auth_callbacks
            if isinstance(door, Bearer)
            for scope in door.scopes
        ]
        return id_

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        schema["components"]["schemas"]["Refusal"] = Refusal.model_json_schema()
        for methods in schema["paths"].values():
            for stated in methods.values():
                stated["responses"]["default"] = _REFUSAL
                scopes = self._scopes[stated["operationId"]]
                # OpenAPI 3.1 lets any scheme list the roles that it asks for.
                stated["security"] = [
                    {name: scopes if name == Bearer.__name__ else [] for name in door}
                    for door in stated["security"]
                ]
            if "get" in methods and "head" in methods:
                # One function answers both, but an id is one operation's alone.
                head = f"{methods['get']['operationId']}_head"
                methods["head"] = {**methods["get"], "operationId": head}
        return schema

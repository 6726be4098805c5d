"""An app of Flask-RESTX: models that inherit, uploads, lists of parameters, headers and keys."""

from flask import Flask, request, send_file
from flask_restx import Api, Resource, fields, inputs, reqparse
from werkzeug.datastructures import FileStorage

app = Flask(__name__)
KEYS = {"key": {"type": "apiKey", "in": "header", "name": "X-API"}}
api = Api(app, version="1.0", title="Pets", authorizations=KEYS, security="key")
pets = api.namespace("pets")
owner = api.model("Owner", {"id": fields.Integer, "name": fields.String(required=True)})
animal = api.model(
    "Animal",
    {
        "kind": fields.String(required=True, discriminator=True),
        "name": fields.String(min_length=1, example="Rex"),
        "born": fields.Date,
        "seen": fields.DateTime(dt_format="iso8601"),
    },
)
dog = api.inherit(
    "Dog",
    animal,
    {
        "id": fields.Integer(readonly=True),
        "bark": fields.Integer(min=0, max=10),
        "weight": fields.Fixed(decimals=2),
        "owner": fields.Nested(owner, allow_null=True),
        "tags": fields.List(fields.String, unique=True),
        "meta": fields.Raw,
    },
)
found = reqparse.RequestParser()
found.add_argument("tag", action="append", location="args")
found.add_argument("ids", type=int, action="split", location="args")
found.add_argument("when", type=inputs.datetime_from_iso8601, location="args")
found.add_argument("X-Trace", location="headers")
found.add_argument("sort", choices=("asc", "desc"), default="asc", location="args")
photo = reqparse.RequestParser()
photo.add_argument("file", location="files", type=FileStorage, required=True)
photo.add_argument("note", location="form")
PETS: dict[int, dict] = {}
PHOTOS: dict[int, bytes] = {}


@app.before_request
def check_key():
    if request.path != "/swagger.json" and request.headers.get("X-API") != "secret":
        return {"message": "no key"}, 401
    return None


@pets.route("/")
class Pets(Resource):
    @pets.expect(found)
    @pets.marshal_list_with(dog)
    @pets.response(400, "Bad", headers={"X-Why": "reason"})
    def get(self):
        """Return the pets with the tags and ids."""
        wanted = found.parse_args()
        if wanted["X-Trace"] == "fail":
            return {"message": "traced"}, 400, {"X-Why": "trace"}
        chosen = [
            pet
            for pet in PETS.values()
            if {*(wanted["tag"] or ())} <= {*pet.get("tags", ())}
            and (not wanted["ids"] or pet["id"] in wanted["ids"])
        ]
        return chosen[::-1] if wanted["sort"] == "desc" else chosen

    @pets.expect(dog, validate=True)
    @pets.marshal_with(dog, code=201, skip_none=True)
    def post(self):
        number = len(PETS) + 1
        PETS[number] = {**api.payload, "id": number}
        return PETS[number], 201


@pets.route("/<int:id>")
@pets.param("id", "The pet")
class Pet(Resource):
    @pets.marshal_with(dog, skip_none=True)
    @pets.response(404, "Not found")
    def get(self, id):
        return PETS.get(id) or pets.abort(404)

    @pets.doc(deprecated=True)
    @pets.response(204, "Gone")
    def delete(self, id):
        PETS.pop(id, None)
        return "", 204


@pets.route("/<int:id>/photo")
class Photo(Resource):
    @pets.expect(photo)
    def post(self, id):
        sent = photo.parse_args()
        PHOTOS[id] = sent["file"].read()
        return {"size": len(PHOTOS[id]), "name": sent["file"].filename, "note": sent["note"]}

    @pets.produces(["image/png"])
    @pets.response(200, "The photo")
    def get(self, id):
        from io import BytesIO

        return send_file(BytesIO(PHOTOS[id]), "image/png")

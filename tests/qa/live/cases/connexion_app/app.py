"""An app of Connexion, which serves its own Swagger 2.0 description and validates by it."""

import base64

import connexion
from connexion import problem

NOTES: dict[int, dict] = {}


def check_key(key, required_scopes=None):
    return {"sub": "key"} if key == "secret" else None


def check_password(username, password, required_scopes=None):
    return {"sub": username} if password == "pa:ss" else None


def add_note(body):
    number = len(NOTES) + 1
    NOTES[number] = {**body, "id": number}
    return NOTES[number], 201, {"Location": f"/v1/notes/{number}"}


def list_notes(tags=None, ids=None, grid=None, limit=10, x_trace=None):
    chosen = [
        note
        for note in NOTES.values()
        if {*(tags or ())} <= {*note.get("tags", ())} and (not ids or note["id"] in ids)
    ]
    return chosen[:limit], 200, {"X-Trace": x_trace or "none", "X-Total": str(len(chosen))}


def get_note(number):
    return NOTES[number] if number in NOTES else problem(404, "Not Found", f"no note {number}")


def delete_note(number, reason=None):
    if number not in NOTES:
        return get_note(number)
    del NOTES[number]
    return None, 204


def put_picture(number, file, title, labels=None):
    NOTES[number]["picture"] = base64.b64encode(file.read()).decode()
    return {"title": title, "size": len(NOTES[number]["picture"]), "labels": labels or []}


def get_picture(number):
    return base64.b64decode(NOTES[number]["picture"]), 200, {"Content-Type": "image/png"}


def sign(name, times=None, days=None):
    return {"name": name, "times": times, "days": days}


def who(user):
    return {"name": user}


app = connexion.FlaskApp(__name__)
app.add_api("swagger.yaml", validate_responses=True)

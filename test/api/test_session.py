#!/usr/bin/env python3
"""Signing in and out, second factor, throttle, confirmation, accounts."""
import secrets
import subprocess

import clinic

WRONG = {"code": "sign_in_refused", "field": "", "message": "name, password or code is wrong"}


def cookie_flags(c, people):
    """the session cookie is HttpOnly and SameSite=Strict, has no life of its own, and is new at each sign-in"""
    name = c.spare("therapist")
    one, two = clinic.Person(c, name), clinic.Person(c, name)
    flags = one.sign_in().header("Set-Cookie")
    two.sign_in()
    name, value = flags.split(";")[0].split("=")
    assert name == "respite" and len(value) == 64, flags
    parts = {part.strip().lower() for part in flags.split(";")[1:]}
    assert parts == {"path=/", "httponly", "samesite=strict"}, flags
    assert one.cookie != two.cookie and one.csrf != two.csrf
    answer = two.post("/sign-out")
    assert "Max-Age=0" in answer.header("Set-Cookie")
    assert two.get("/me").status == 401 and one.get("/me").status == 200
    assert one.post("/sign-out").status == 200


def new_token_at_sign_in(c, people):
    """signing in over an old session ends it, and takes no token that the client brings"""
    person = clinic.Person(c, c.spare("therapist"))
    person.cookie = "respite=" + "0" * 64
    person.sign_in()
    old = person.cookie
    assert old != "respite=" + "0" * 64
    person.sign_in()
    assert person.cookie != old
    stale = clinic.Person(c)
    stale.cookie = old
    assert stale.get("/me").status == 401


def same_answer(c, people):
    """unknown account and wrong password are answered with the same words"""
    answers = [clinic.Person(c, name).sign_in(password="not the password") for name in ("nobody", "researcher")]
    assert [a.status for a in answers] == [401, 401]
    assert [a.json for a in answers] == [WRONG, WRONG]
    assert {k.lower() for k, _ in answers[0].headers} == {k.lower() for k, _ in answers[1].headers}


def wrong_code(c, people):
    """a wrong code, a used code and a used ticket open nothing"""
    name = c.spare("researcher")
    person = clinic.Person(c, name)
    ticket = person.post("/sign-in", {"name": name, "password": clinic.PASSWORD}).json["ticket"]
    code = c.fresh_code(name)
    bad = "%06d" % ((int(code) + 1) % 1000000)
    assert person.post("/sign-in/code", {"ticket": ticket, "code": bad}).json == WRONG
    assert person.post("/sign-in/code", {"ticket": ticket, "code": code}).status == 200
    assert person.post("/sign-in/code", {"ticket": ticket, "code": c.fresh_code(name)}).json == WRONG
    second = person.post("/sign-in", {"name": name, "password": clinic.PASSWORD}).json["ticket"]
    assert person.post("/sign-in/code", {"ticket": second, "code": code}).json == WRONG
    assert person.post("/sign-in/code", {"ticket": "0" * 64, "code": code}).json == WRONG


def throttle(c, people):
    """after five failures the account waits, with the right password too, and says how long; others do not"""
    c.user_add("guessed", "nurse")
    for _ in range(5):
        assert clinic.Person(c, "guessed").sign_in(password="guess").status == 401
    answer = clinic.Person(c, "guessed").sign_in()
    assert (answer.status, answer.code) == (429, "too_many_attempts"), answer.text
    assert 0 < int(answer.header("Retry-After")) <= 900
    assert clinic.Person(c, c.spare("therapist")).sign_in().status == 200


def sign_out_everywhere(c, people):
    """signing out everywhere ends all sessions of the account and of no other"""
    name = c.spare("therapist")
    one, two = c.person(name), c.person(name)
    assert one.post("/sign-out/everywhere").status == 200
    assert one.get("/me").status == 401 and two.get("/me").status == 401
    assert people["nurse"].get("/me").status == 200


def user_life(c, people):
    """an account is added, must change its password, is disabled, reset, and each time its sessions end"""
    admin = people["administrator"]
    answer = admin.post("/users", {"name": "berta", "roles": ["nurse"], "password": "first pass phrase"})
    assert answer.status == 200, answer.text
    secret = answer.json["totp_secret"]
    assert answer.json["totp_url"].startswith("otpauth://totp/Respite:berta?secret=" + secret)
    assert answer.json["totp_svg"].startswith("<svg ") and "<script" not in answer.json["totp_svg"]
    c.secrets["berta"] = secret
    berta = clinic.Person(c, "berta")
    assert berta.sign_in(password="first pass phrase").json["must_change_password"] is True
    assert berta.post("/patients/search", {"name": "xx"}).code == "password_change_needed"
    assert berta.post("/me/password", {"password": "wrong pass phrase", "new_password": clinic.PASSWORD}).status == 401
    assert berta.post("/me/password", {"password": "first pass phrase", "new_password": "short"}).code == "invalid"
    assert berta.post("/me/password", {"password": "first pass phrase", "new_password": clinic.PASSWORD}).status == 200
    assert berta.post("/patients/search", {"name": "xx"}).status == 200
    assert admin.post("/users/berta/disable", {"why": "on leave"}).status == 200
    assert berta.get("/me").status == 401
    assert clinic.Person(c, "berta").sign_in().json == WRONG
    answer = admin.post("/users/berta/reset", {"why": "back again", "password": "second pass phrase"})
    assert answer.status == 200 and answer.json["totp_secret"] != secret
    c.secrets["berta"] = answer.json["totp_secret"]
    second = clinic.Person(c, "berta").sign_in(password="second pass phrase")
    assert second.status == 200 and second.json["must_change_password"] is True, second.text
    names = [user["name"] for user in admin.get("/users?sort=-name&limit=3").json["users"]]
    assert names == sorted(names, reverse=True) and len(names) == 3


def nobody_rises(c, people):
    """no account changes itself, and none makes an administrator but the console"""
    admin = people["administrator"]
    body = {"name": "carla", "roles": ["administrator"], "password": clinic.PASSWORD}
    assert admin.post("/users", body).code == "forbidden"
    for roles in (["administrator", "physician"], ["researcher", "nurse"], ["console"], ["anyone"], ["nurse,administrator"], []):
        answer = admin.post("/users", {"name": "carla", "roles": roles, "password": clinic.PASSWORD})
        assert answer.code in ("invalid", "forbidden"), (roles, answer.text)
    assert admin.post("/users/administrator/disable", {"why": "myself"}).code == "forbidden"
    assert admin.post("/users/administrator/reset", {"why": "myself", "password": clinic.PASSWORD}).code == "forbidden"
    assert "carla" not in admin.get("/users?limit=200").text


def disabled_at_the_console(c, people):
    """an account that the console disables loses its session at once, in the running server"""
    c.user_add("dora", "physician")
    dora = c.person("dora")
    assert dora.get("/me").status == 200
    subprocess.run([c.program, "user", "disable", "dora", "--why", "left", "--db", c.db], check=True, capture_output=True)
    assert dora.get("/me").status == 401


def secrets_stay(c, people):
    """no password, code, token or secret reaches the log, the list of accounts or the audit"""
    admin = people["administrator"]
    seen = c.log_text() + admin.get("/users?limit=200").text + admin.get("/audit?limit=200").text
    words = [clinic.PASSWORD, "not the password", admin.cookie.split("=")[1], admin.csrf] + list(c.secrets.values())
    assert not [word for word in words if word in seen]
    assert "argon2" not in seen
    raw = b"".join(open(c.db + end, "rb").read() for end in ("", "-wal") if __import__("os").path.exists(c.db + end))
    assert b"argon2" not in raw and not [s for s in c.secrets.values() if s.encode() in raw]


def replayed_user_add(c, people):
    """the same request made again adds nothing, and shows the second factor no second time"""
    admin = people["administrator"]
    key = {"Idempotency-Key": secrets.token_hex(16)}
    body = {"name": "emma", "roles": ["therapist"], "password": clinic.PASSWORD}
    first, again = admin.post("/users", body, headers=key), admin.post("/users", body, headers=key)
    assert first.status == 200 and "totp_secret" in first.json
    assert again.status == 200 and again.json == {"name": "emma", "second_factor_was_shown": True}, again.text
    assert again.header("Idempotent-Replayed") == "true"
    assert admin.post("/users", {**body, "roles": ["nurse"]}, headers=key).code == "idempotency_key_reused"
    assert admin.post("/users", body).code == "conflict"


clinic.run([cookie_flags, new_token_at_sign_in, same_answer, wrong_code, throttle, sign_out_everywhere, user_life, nobody_rises,
            disabled_at_the_console, secrets_stay, replayed_user_add])

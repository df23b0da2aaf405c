import pytest
@pytest.mark.stack
def test_it(zygote):
    zygote.start("auth1")
    c = zygote.client("auth1")
    print(c.send("GET", "/healthz"))
    a = c.login(); print(a)
    print(c.send("GET","/session?nonce=n2", Cookie=a.headers["set-cookie"].split(";")[0]))
    print(c.send("POST","/refresh",{"refresh_token":a.json()["refresh_token"],"nonce":"n3"}))
    print(c.send("GET","/metrics").body.decode()[:1500])
    zygote.stop("auth1")
    print(zygote.log("auth1"))

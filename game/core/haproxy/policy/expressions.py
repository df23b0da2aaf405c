"""Sample expressions (`req.hdr(host),lower`) and format strings (`/v2%[path]`): known functions with harmless arguments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from game.core.haproxy.policy.permissions import NotAllowed
from game.core.haproxy.vocabulary import word_set

if TYPE_CHECKING:
    from game.core.haproxy.policy.permissions import Permissions

_MATCHES = ("", "_beg", "_dir", "_dom", "_end", "_len", "_reg", "_sub")
ADDRESSES = word_set(
    "src dst fc_src fc_dst bc_src bc_dst hdr_ip req.hdr_ip res.hdr_ip ipv4 ipv6 ipmask url_ip urlp_ip shdr_ip"
)
_FETCHES = ADDRESSES | word_set(
    "always_false always_true avg_queue base base32 base32+src baseq be_conn be_conn_free be_id be_name be_sess_rate "
    "bin bool capture.req.hdr capture.req.method capture.req.uri capture.req.ver capture.res.hdr capture.res.ver "
    "connslots cook_cnt cook_val cookie date date_us dst_conn dst_is_local dst_port fc_dst_port fc_err fc_err_str "
    "fc_http_major fc_rcvd_proxy fc_rtt fc_src_port fe_conn fe_id fe_name fe_req_rate fe_sess_rate hdr_cnt hdr_val "
    "http_auth http_auth_bearer http_auth_group http_auth_type http_auth_user http_first_req int method nbsrv pathq "
    "query queue rand req.body req.body_len req.body_param req.body_size req.cook req.cook_cnt req.cook_val req.fhdr "
    "req.fhdr_cnt req.hdr req.hdr_cnt req.hdr_names req.hdr_val req.len req.proto_http req.ssl_alpn req.ssl_hello_type "
    "req.ssl_sni req.ssl_ver req.ver req_len req_ssl_hello_type res.body_len res.body_size res.cook res.cook_cnt res.fhdr "
    "res.hdr res.hdr_cnt res.hdr_names res.hdr_val res.len res.ver scook scook_cnt shdr shdr_cnt so_id src_is_local "
    "src_port srv_conn srv_id srv_is_up srv_name srv_queue srv_sess_rate srv_weight ssl_bc ssl_bc_alpn ssl_bc_cipher "
    "ssl_bc_protocol ssl_c_s_dn ssl_c_used ssl_c_verify ssl_fc ssl_fc_alpn ssl_fc_alg_keysize ssl_fc_cipher "
    "ssl_fc_has_sni ssl_fc_is_resumed ssl_fc_protocol ssl_fc_sni status stopping str table_avl table_cnt thread "
    "txn.status unique-id url_param urlp_val uuid var wait_end"
)
_FETCHES |= {
    name + how for name in ("base", "cook", "hdr", "path", "shdr", "scook", "url", "urlp") for how in _MATCHES
}
_FETCHES |= {"ssl_fc_sni_end", "ssl_fc_sni_reg"}
_COUNTERS = (
    "bytes_in_rate|bytes_out_rate|clr_gpc|clr_gpc0|clr_gpc1|conn_cnt|conn_cur|conn_rate|get_gpc|get_gpc0|get_gpc1|get_gpt|"
    "get_gpt0|gpc_rate|gpc0_rate|gpc1_rate|http_err_cnt|http_err_rate|http_fail_cnt|http_fail_rate|http_req_cnt|"
    "http_req_rate|inc_gpc|inc_gpc0|inc_gpc1|kbytes_in|kbytes_out|sess_cnt|sess_rate|tracked|trackers|updt_conn_cnt"
)
_COUNTER_FETCH = re.compile(rf"(?:sc[0-2]?|src)_(?:{_COUNTERS})")
_CONVERTERS = word_set(
    "add add_item and b64dec base64 bool bytes capture-req capture-res concat cpl crc32 crc32c digest div djb2 even field "
    "hex hex2i host_only http_date iif in_table ipmask json json_query jwt_header_query jwt_payload_query language length "
    "lower ltime ltrim mod mul ms_ltime ms_utime neg not odd or param port_only regsub rtrim sdbm secure_memcmp set-var "
    "sha1 sha2 srv_queue strcmp sub ub64dec ub64enc unset-var upper url_dec url_enc utime word wt6 xor xxh32 xxh3 xxh64"
)
_TABLE_CONVERTER = re.compile(rf"table_(?:idle|expire|server_id|gpc|gpc0|gpc1|gpt|gpt0|{_COUNTERS})")
_MAP_CONVERTER = re.compile(r"map(?:_(?:str|beg|sub|end|dir|dom|reg))?(?:_(?:str|int))?")
_CALL = re.compile(r"(?P<name>[A-Za-z0-9_.+-]+)(?:\((?P<arguments>[^()\"'\\]*)\))?")
# What an answer of the load balancer's own may tell: nothing of it comes from the client.
_OWN = word_set("be_name bool date date_us fe_name int nbsrv rand str thread uuid")
# %% is a percent sign; anything else behind % is an expression or one of the log's words.
_IN_ANSWER = re.compile(r"%%|%(?:\{[^}]*\})?\[?(?P<name>[A-Za-z0-9_.+-]*)")
_IN_FORMAT = re.compile(r"%(?:\{[^}]*\})?\[")
# Whatever our reading of a format string misses must still not name these.
_NEVER = re.compile(r"env\(|lua\.|map[a-z_]*\(|jwt_verify|/dev/|debug\(")


def check_expression(text: str, permissions: Permissions) -> str:
    """Refuse an expression that is not a known fetch and known converters. Gives back the last function's name."""
    last, at = "", 0
    while True:
        call = _CALL.match(text, at)
        if call is None:
            raise NotAllowed(
                f"the expression `{text[:80]}`", "write fetch(argument),converter(argument) without quotes"
            )
        last = call["name"]
        _check_call(last, call["arguments"] or "", permissions, first=at == 0)
        at = call.end()
        if at == len(text):
            return last
        if text[at] != ",":
            raise NotAllowed(f"the expression `{text[:80]}`", "separate converters by commas, without blanks")
        at += 1


def check_format(text: str, permissions: Permissions) -> None:
    """Refuse a format string with an expression that is not allowed."""
    literal, at = [], 0
    for opening in _IN_FORMAT.finditer(text):
        if opening.start() < at:
            continue
        literal.append(text[at : opening.start()])
        end = text.find("]", opening.end())
        if end < 0:
            raise NotAllowed(f"the format `{text[:80]}`", "close %[ with ]")
        check_expression(text[opening.end() : end], permissions)
        at = end + 1
    literal.append(text[at:])
    if _NEVER.search("".join(literal)):
        raise NotAllowed(f"the text `{text[:80]}`", "leave out what looks like a function outside %[...]")


def check_answer(text: str, permissions: Permissions) -> None:
    """Refuse the text of an answer that repeats anything of the request: only the service may answer to what was asked."""
    check_format(text, permissions)
    for word in _IN_ANSWER.finditer(text):
        if word["name"] is not None and word["name"] not in _OWN:
            raise NotAllowed(
                f"an answer with `{word[0][:40]}`", "let the service answer what depends on the request"
            )


def _check_call(name: str, arguments: str, permissions: Permissions, *, first: bool) -> None:
    if first:
        if name in _FETCHES or _COUNTER_FETCH.fullmatch(name):
            return
    elif _MAP_CONVERTER.fullmatch(name):
        permissions.check_file(arguments.partition(",")[0], "map")
        return
    elif name in _CONVERTERS or _TABLE_CONVERTER.fullmatch(name):
        return
    kind = "fetch" if first else "converter"
    raise NotAllowed(f"the {kind} `{name[:40]}`", "use one of the ordinary fetches and converters")

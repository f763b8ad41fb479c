"""Two readers of DNS messages that share no code with firedrill's, nor with each other: dnspython
and libldns. Both are strict; what one of them can't read raises Unreadable."""

import contextlib
import ctypes
import dataclasses
import struct

import dns.exception
import dns.flags
import dns.message

_SECTIONS = ("answer", "authority", "additional")


class Unreadable(Exception):
    """A message that is none to this reader."""


@dataclasses.dataclass
class Reading:
    identity: int
    rcode: int  # with its upper bits from OPT
    edns: bool
    truncated: bool
    questions: list  # of (name as it was spelt, on the wire; type; class)
    answer: list  # of whole records on the wire, nothing compressed, in their order
    authority: list
    additional: list  # but for OPT

    def counts(self):
        """What the header of such a message says."""
        opt = 1 if self.edns else 0
        return (len(self.questions), len(self.answer), len(self.authority),
                len(self.additional) + opt)


def read_by_both(message):
    """What a well-formed reply says; both readers must agree, and the header with them."""
    reading = read_by_dnspython(message)
    assert reading == read_by_ldns(message)
    assert struct.unpack_from(">4H", message, 4) == reading.counts()
    return reading


# --- dnspython ------------------------------------------------------------------------------------


def read_by_dnspython(message):
    try:
        read = dns.message.from_wire(message, one_rr_per_rrset=True)
    except (dns.exception.DNSException, struct.error) as error:
        raise Unreadable(f"dnspython: {error!r}") from error
    if not read.flags & dns.flags.QR:
        raise Unreadable("dnspython: not a reply")
    return Reading(
        read.id, int(read.rcode()), read.edns >= 0, bool(read.flags & dns.flags.TC),
        [(asked.name.to_wire(), int(asked.rdtype), int(asked.rdclass)) for asked in read.question],
        *([_plain(record) for record in getattr(read, section)] for section in _SECTIONS))


def _plain(record):
    data = record[0].to_wire()
    return record.name.to_wire() + struct.pack(
        ">2HIH", record.rdtype, record.rdclass, record.ttl, len(data)) + data


# --- libldns --------------------------------------------------------------------------------------

_ldns = ctypes.CDLL("libldns.so.3")
_libc = ctypes.CDLL(None)
_libc.free.argtypes = [ctypes.c_void_p]


def _declare(name, result, *arguments):
    function = getattr(_ldns, name)
    function.restype, function.argtypes = result, arguments
    return function


_Pointer = ctypes.c_void_p
_to_packet = _declare("ldns_wire2pkt", ctypes.c_int, ctypes.POINTER(_Pointer), ctypes.c_char_p,
                      ctypes.c_size_t)
_free_packet = _declare("ldns_pkt_free", None, _Pointer)
_to_wire = _declare("ldns_rr2wire", ctypes.c_int, ctypes.POINTER(_Pointer), _Pointer, ctypes.c_int,
                    ctypes.POINTER(ctypes.c_size_t))
_error_text = _declare("ldns_get_errorstr_by_id", ctypes.c_char_p, ctypes.c_int)
_count = _declare("ldns_rr_list_rr_count", ctypes.c_size_t, _Pointer)
_record = _declare("ldns_rr_list_rr", _Pointer, _Pointer, ctypes.c_size_t)
_identity = _declare("ldns_pkt_id", ctypes.c_uint16, _Pointer)
_is_reply = _declare("ldns_pkt_qr", ctypes.c_bool, _Pointer)
_is_truncated = _declare("ldns_pkt_tc", ctypes.c_bool, _Pointer)
_rcode = _declare("ldns_pkt_get_rcode", ctypes.c_uint8, _Pointer)
_rcode_above = _declare("ldns_pkt_edns_extended_rcode", ctypes.c_uint8, _Pointer)
_has_edns = _declare("ldns_pkt_edns", ctypes.c_bool, _Pointer)
_section = {name: _declare(f"ldns_pkt_{name}", _Pointer, _Pointer)
            for name in ("question", *_SECTIONS)}
_QUESTION, _ANSWER = 0, 1  # as ldns numbers the sections


def read_by_ldns(message):
    with _packet(message) as packet:
        if not _is_reply(packet):
            raise Unreadable("ldns: not a reply")
        return Reading(
            _identity(packet), _rcode(packet) | _rcode_above(packet) << 4, _has_edns(packet),
            _is_truncated(packet),
            [(wire[:-4], *struct.unpack(">2H", wire[-4:]))
             for wire in _records(packet, "question", _QUESTION)],
            *(_records(packet, section, _ANSWER) for section in _SECTIONS))


@contextlib.contextmanager
def _packet(message):
    packet = _Pointer()
    status = _to_packet(ctypes.byref(packet), message, len(message))
    if status:
        raise Unreadable(f"ldns: {_error_text(status).decode()}")
    try:
        yield packet
    finally:
        _free_packet(packet)


def _records(packet, section, number):
    records = _section[section](packet)
    return [_wire_of(_record(records, place), number) for place in range(_count(records))]


def _wire_of(record, number):
    wire, size = _Pointer(), ctypes.c_size_t()
    status = _to_wire(ctypes.byref(wire), record, number, ctypes.byref(size))
    assert status == 0, _error_text(status)
    try:
        return ctypes.string_at(wire.value, size.value)
    finally:
        _libc.free(wire)

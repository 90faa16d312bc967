"""The same octets, and the same sum, through scapy: NHRP described as its users describe what it lacks."""

import socket
import struct
import sys

from scapy.fields import (ByteField, FieldLenField, IntField, IPField, PacketListField, ShortField, StrLenField,
                          XShortField)
from scapy.layers.inet import IP
from scapy.layers.l2 import GRE, Ether
from scapy.packet import Packet
from scapy.utils import checksum


class Extension(Packet):
    fields_desc = [XShortField('type', 0), FieldLenField('length', None, length_of='value', fmt='!H'),
                   StrLenField('value', b'', length_from=lambda p: p.length)]

    def extract_padding(self, s):
        return b'', s


class Nhrp(Packet):
    fields_desc = [
        ShortField('family', 1), XShortField('protocol', 0x0800), StrLenField('snap', b'\0' * 5, length_from=lambda p: 5),
        ByteField('hops', 255), ShortField('size', None), XShortField('chksum', None), ShortField('offset', 52),
        ByteField('version', 1), ByteField('type', 3), ByteField('shtl', 4), ByteField('sstl', 0),
        ByteField('sourceLength', 4), ByteField('destinationLength', 4), XShortField('flags', 0x8002),
        IntField('id', 0), IPField('nbma', '0.0.0.0'), IPField('source', '0.0.0.0'), IPField('destination', '0.0.0.0'),
        ByteField('code', 0), ByteField('prefix', 255), ShortField('unused', 0), ShortField('mtu', 1514),
        ShortField('held', 360), ByteField('addressLength', 0), ByteField('subaddressLength', 0),
        ByteField('protocolLength', 0), ByteField('preference', 0), PacketListField('extensions', [], Extension),
    ]

    def post_build(self, packet, payload):
        if self.size is None:
            packet = packet[:10] + struct.pack('!H', len(packet)) + packet[12:]
        if self.chksum is None:
            packet = packet[:12] + struct.pack('!H', checksum(packet)) + packet[14:]
        return packet + payload


def dotted(number):
    return socket.inet_ntoa(struct.pack('!I', number))


total = 0
digest = 0
for spoke in range(int(sys.argv[1])):
    low = spoke % 65536
    message = Nhrp(id=spoke, nbma=dotted(0x96020000 + low), source=dotted(0x0a000100 + low), destination='10.0.0.1',
                   extensions=[Extension(type=0x8003), Extension(type=0x8004), Extension(type=0x8005),
                               Extension(type=0x8007, value=b'\0\0\0\1cisco'), Extension(type=0x8000)])
    frame = bytes(Ether(dst='02:00:00:00:00:01', src='02:00:00:01:%02x:%02x' % (low >> 8, low & 255), type=0x0800) /
                  IP(src=dotted(0x96020000 + low), dst='150.1.1.1', ttl=255, id=0, proto=47) /
                  GRE(proto=0x2001, key_present=1, key=123) / message)
    total += len(frame)
    if spoke % 16 == 0:
        for octet in frame:
            digest = (digest * 31 + octet) & 0xffffffff
print(f'{total} octets, {digest}')

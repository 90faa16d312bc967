/*
 * What the machine can do: a pcap file of the bench's own workload walked in C, every header parsed and every IPv4 and
 * NHRP checksum verified, with as little between the octets and the answer as one can write. It knows no other traffic
 * and forgives nothing.
 *
 *   walk FILE      frames, layers, holding times added up, wrong checksums
 *   walk -l FILE   the lines `dmvpn dissect -n` prints
 */
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t frames, layers, holding, wrong;
static int printing;
static char out[1 << 17];
static size_t used;

static uint16_t u16(const uint8_t *p) { return (uint16_t)(p[0] << 8 | p[1]); }
static uint32_t u32(const uint8_t *p) { return (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3]; }

static int sums_up(const uint8_t *p, size_t length) {
  uint32_t sum = 0;
  for (; length > 1; p += 2, length -= 2) sum += u16(p);
  if (length) sum += p[0] << 8;
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return sum == 0xffff;
}

static void text(const char *s) {
  size_t length = strlen(s);
  memcpy(out + used, s, length);
  used += length;
}

static void number(uint64_t value, int width) {
  char digits[20];
  int count = 0;
  do digits[count++] = (char)('0' + value % 10); while (value /= 10);
  while (count < width) digits[count++] = '0';
  while (count) out[used++] = digits[--count];
}

static void hex(uint32_t value, int width) {
  while (width--) out[used++] = "0123456789abcdef"[value >> 4 * width & 15];
}

static void address(uint32_t a) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    number(a >> shift & 255, 1);
    if (shift) out[used++] = '.';
  }
}

static void right(size_t from, size_t width) {
  size_t length = used - from;
  if (length >= width) return;
  memmove(out + from + width - length, out + from, length);
  memset(out + from, ' ', width - length);
  used = from + width;
}

static void left(size_t from, size_t width) {
  while (used - from < width) out[used++] = ' ';
}

/* Number, time, addresses, protocol, length: everything before the information. */
static void begin(uint64_t elapsed, uint32_t source, uint32_t destination, const char *protocol, uint32_t length) {
  size_t from = used;
  number(frames, 1);
  right(from, 5);
  out[used++] = ' ';
  from = used;
  number(elapsed / 1000000, 1);
  out[used++] = '.';
  number(elapsed % 1000000, 6);
  right(from, 10);
  out[used++] = ' ';
  from = used;
  address(source);
  right(from, 12);
  text(" \xe2\x86\x92 ");
  from = used;
  address(destination);
  left(from, 12);
  out[used++] = ' ';
  text(protocol);
  out[used++] = ' ';
  number(length, 1);
  out[used++] = ' ';
}

struct entry {
  uint8_t code, prefix;
  uint16_t held;
  uint32_t nbma, protocol;
};

static const uint8_t *entry(const uint8_t *p, struct entry *e) {
  e->code = p[0];
  e->prefix = p[1];
  e->held = u16(p + 6);
  unsigned nbma = p[8] & 63, sub = p[9] & 63, protocol = p[10];
  p += 12;
  e->nbma = nbma == 4 ? u32(p) : 0;
  p += nbma + sub;
  e->protocol = protocol == 4 ? u32(p) : 0;
  p += protocol;
  holding += e->held;
  return p;
}

static const char *const names[] = {"", "NHRP Resolution Request", "NHRP Resolution Reply", "NHRP Registration Request",
                                    "NHRP Registration Reply"};

static void nhrp(const uint8_t *p, uint64_t elapsed, uint32_t source, uint32_t destination, uint32_t length) {
  unsigned size = u16(p + 10), offset = u16(p + 14), type = p[17], nbma_length = p[18] & 63;
  uint32_t id = u32(p + 24);
  const uint8_t *q = p + 28;
  uint32_t nbma = u32(q);
  q += nbma_length + (p[19] & 63);
  uint32_t from = u32(q);
  q += p[20];
  uint32_t to = u32(q);
  q += p[21];
  struct entry first = {0}, more;
  int entries = 0;
  while (q + 12 <= p + offset) q = entry(q, entries++ ? &more : &first);
  for (q = p + offset; q + 4 <= p + size;) {
    unsigned kind = u16(q) & 0x3fff, value = u16(q + 2);
    const uint8_t *end = q + 4 + value;
    if ((kind >= 3 && kind <= 5) || kind == 9)
      for (q += 4; q + 12 <= end;) q = entry(q, &more);
    q = end;
    if (!kind) break;
  }
  if (!sums_up(p, size)) wrong++;
  if (!printing) return;
  begin(elapsed, source, destination, "NHRP", length);
  text(names[type]);
  text(", ID=");
  number(id, 1);
  if (type == 2 || type == 4) text(", Code=Success");
  if (type == 1) {
    text(", who has ");
    address(to);
    text("? Tell ");
    address(from);
    text(" at ");
    address(nbma);
    return;
  }
  text(", ");
  address(type == 2 ? to : first.protocol ? first.protocol : from);
  if (type == 2 && first.prefix > 0 && first.prefix <= 32) {
    out[used++] = '/';
    number(first.prefix, 1);
  }
  text(" is at ");
  address(first.nbma ? first.nbma : nbma);
  text(" for ");
  number(first.held, 1);
  text(" s");
}

static void ip(const uint8_t *p, uint64_t elapsed, uint32_t length) {
  unsigned header = 4u * (p[0] & 15), total = u16(p + 2), protocol = p[9];
  uint32_t source = u32(p + 12), destination = u32(p + 16);
  if (!sums_up(p, header)) wrong++;
  const uint8_t *q = p + header;
  layers += 2;
  switch (protocol) {
    case 47: {
      unsigned flags = u16(q), carried = u16(q + 2);
      q += 4 + (flags & 0x8000 ? 4 : 0) + (flags & 0x2000 ? 4 : 0) + (flags & 0x1000 ? 4 : 0);
      layers++;
      if (carried == 0x0800) {
        layers--;
        ip(q, elapsed, length);
        return;
      }
      layers++;
      nhrp(q, elapsed, source, destination, length);
      break;
    }
    case 50:
      layers++;
      if (!printing) return;
      begin(elapsed, source, destination, "ESP", length);
      text("ESP (SPI=0x");
      hex(u32(q), 8);
      text(")");
      break;
    case 1:
      layers++;
      if (!printing) return;
      begin(elapsed, source, destination, "ICMP", length);
      text(q[0] == 8 ? "Echo (ping) request  id=0x" : "Echo (ping) reply    id=0x");
      hex(u16(q + 4), 4);
      text(", seq=");
      number(u16(q + 6), 1);
      out[used++] = '/';
      number(q[6] | q[7] << 8, 1);
      text(", ttl=");
      number(p[8], 1);
      break;
    case 17:
      layers++;
      if (!printing) return;
      begin(elapsed, source, destination, "UDP", length);
      number(u16(q), 1);
      text(" \xe2\x86\x92 ");
      number(u16(q + 2), 1);
      text(" Len=");
      number(u16(q + 4) - 8u, 1);
      break;
    default:
      fprintf(stderr, "walk: protocol %u in %u octets\n", protocol, total);
      exit(1);
  }
  if (printing) out[used++] = '\n';
}

int main(int count, char **words) {
  printing = count == 3 && !strcmp(words[1], "-l");
  FILE *file = count > 1 ? fopen(words[count - 1], "rb") : NULL;
  uint8_t head[24];
  if (!file || fread(head, 1, 24, file) != 24 || head[0] != 0xd4) {
    fprintf(stderr, "walk: [-l] FILE, a little-endian pcap\n");
    return 2;
  }
  static uint8_t buffer[1 << 20];
  size_t at = 0, end = 0;
  uint64_t first = 0;
  for (;;) {
    uint32_t record[4];
    if (end - at < 16 || (memcpy(record, buffer + at, 16), end - at - 16 < record[2])) {
      memmove(buffer, buffer + at, end - at);
      end -= at;
      at = 0;
      size_t got = fread(buffer + end, 1, sizeof buffer - end, file);
      if (!got) break;
      end += got;
      continue;
    }
    uint64_t now = record[0] * 1000000ull + record[1];
    if (!frames++) first = now;
    const uint8_t *frame = buffer + at + 16;
    if (u16(frame + 12) == 0x0800) ip(frame + 14, now - first, record[3]);
    at += 16 + record[2];
    if (used > sizeof out - 4096) used -= fwrite(out, 1, used, stdout);
  }
  fwrite(out, 1, used, stdout);
  if (!printing) printf("%llu frames, %llu layers, %llu s held, %llu wrong\n", (unsigned long long)frames,
                        (unsigned long long)layers, (unsigned long long)holding, (unsigned long long)wrong);
  return 0;
}

// signature.h - X-Twilio-Signature for the bench's two C programs: the driver signs, the reference checks.
//
// SHA-1 (FIPS 180-4), HMAC (RFC 2104), base64 (RFC 4648), written here so that the reference
// needs no library that the shipped handler does not need either.
#ifndef OPSFABRIC_BENCH_SIGNATURE_H
#define OPSFABRIC_BENCH_SIGNATURE_H
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { digest_size = 20, signature_size = 28 };  // base64 of 20 bytes

typedef struct {
  uint32_t state[5];
  uint64_t length;
  uint8_t block[64];
  size_t filled;
} sha1_t;

static inline uint32_t rotate_left(uint32_t word, int count) { return word << count | word >> (32 - count); }

static void sha1_start(sha1_t *hash) {
  static const uint32_t initial[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  memcpy(hash->state, initial, sizeof initial);
  hash->length = 0;
  hash->filled = 0;
}

static void sha1_block(sha1_t *hash) {
  uint32_t words[80];
  for (int i = 0; i < 16; i++) {
    const uint8_t *bytes = hash->block + 4 * i;
    words[i] = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
  }
  for (int i = 16; i < 80; i++)
    words[i] = rotate_left(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
  uint32_t a = hash->state[0], b = hash->state[1], c = hash->state[2], d = hash->state[3], e = hash->state[4];
  for (int i = 0; i < 80; i++) {
    uint32_t function, constant;
    if (i < 20) function = (b & c) | (~b & d), constant = 0x5a827999;
    else if (i < 40) function = b ^ c ^ d, constant = 0x6ed9eba1;
    else if (i < 60) function = (b & c) | (b & d) | (c & d), constant = 0x8f1bbcdc;
    else function = b ^ c ^ d, constant = 0xca62c1d6;
    uint32_t next = rotate_left(a, 5) + function + e + constant + words[i];
    e = d, d = c, c = rotate_left(b, 30), b = a, a = next;
  }
  hash->state[0] += a, hash->state[1] += b, hash->state[2] += c, hash->state[3] += d, hash->state[4] += e;
}

static void sha1_add(sha1_t *hash, const void *data, size_t count) {
  const uint8_t *bytes = data;
  hash->length += count;
  while (count > 0) {
    size_t part = 64 - hash->filled < count ? 64 - hash->filled : count;
    memcpy(hash->block + hash->filled, bytes, part);
    hash->filled += part, bytes += part, count -= part;
    if (hash->filled == 64) sha1_block(hash), hash->filled = 0;
  }
}

static void sha1_end(sha1_t *hash, uint8_t digest[digest_size]) {
  uint64_t bits = hash->length * 8;
  uint8_t padding[72] = {0x80}, tail[8];
  for (int i = 0; i < 8; i++) tail[i] = (uint8_t)(bits >> (56 - 8 * i));
  sha1_add(hash, padding, (hash->filled < 56 ? 56 : 120) - hash->filled);
  sha1_add(hash, tail, 8);
  for (int i = 0; i < digest_size; i++) digest[i] = (uint8_t)(hash->state[i / 4] >> (24 - 8 * (i % 4)));
}

/// HMAC-SHA1 of url + parameters, in base64, with a NUL at the end.
static void sign(const char *token, const char *url, const char *parameters, size_t count,
                 char signature[signature_size + 1]) {
  uint8_t key[64] = {0}, pad[64], digest[digest_size];
  size_t length = strlen(token);
  sha1_t hash;
  if (length > sizeof key) {
    sha1_start(&hash), sha1_add(&hash, token, length), sha1_end(&hash, key);
  } else {
    memcpy(key, token, length);
  }
  for (int i = 0; i < 64; i++) pad[i] = key[i] ^ 0x36;
  sha1_start(&hash), sha1_add(&hash, pad, 64);
  sha1_add(&hash, url, strlen(url)), sha1_add(&hash, parameters, count), sha1_end(&hash, digest);
  for (int i = 0; i < 64; i++) pad[i] = key[i] ^ 0x5c;
  sha1_start(&hash), sha1_add(&hash, pad, 64), sha1_add(&hash, digest, digest_size), sha1_end(&hash, digest);

  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (int i = 0, out = 0; i < digest_size; i += 3) {
    uint32_t bits = (uint32_t)digest[i] << 16 | (uint32_t)digest[i + 1] << 8;
    bits |= i + 2 < digest_size ? digest[i + 2] : 0;
    for (int shift = 18; shift >= 0; shift -= 6) signature[out++] = alphabet[bits >> shift & 63];
  }
  signature[signature_size - 1] = '=';  // 20 bytes leave one place over
  signature[signature_size] = 0;
}

typedef struct {
  const char *name, *value;
  size_t name_length, value_length;
} field_t;

static int compare_bytes(const char *left, size_t left_length, const char *right, size_t right_length) {
  int order = memcmp(left, right, left_length < right_length ? left_length : right_length);
  return order ? order : (left_length > right_length) - (left_length < right_length);
}

static int compare_fields(const void *left_field, const void *right_field) {
  const field_t *left = left_field, *right = right_field;
  int order = compare_bytes(left->name, left->name_length, right->name, right->name_length);
  return order ? order : compare_bytes(left->value, left->value_length, right->value, right->value_length);
}

/// What Twilio signs behind the URL: every distinct name and value, sorted by bytes. Sorts `fields`.
/// `result` has room for all of them. Returns the length.
static size_t signed_parameters(field_t *fields, size_t count, char *result) {
  size_t length = 0;
  qsort(fields, count, sizeof *fields, compare_fields);
  for (size_t i = 0; i < count; i++) {
    if (i > 0 && compare_fields(&fields[i - 1], &fields[i]) == 0) continue;
    memcpy(result + length, fields[i].name, fields[i].name_length), length += fields[i].name_length;
    memcpy(result + length, fields[i].value, fields[i].value_length), length += fields[i].value_length;
  }
  return length;
}
#endif

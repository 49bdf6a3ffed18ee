// libcurl's C interface as Swift can import it: one wrapper per argument type of the variadic functions.
#ifndef OPSFABRIC_CCURL_SHIM_H
#define OPSFABRIC_CCURL_SHIM_H
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <signal.h>
#include <sys/socket.h>

typedef size_t (*opsfabric_curl_data_callback)(char *bytes, size_t size, size_t count, void *context);
typedef int (*opsfabric_curl_seek_callback)(void *context, curl_off_t offset, int origin);
typedef int (*opsfabric_curl_debug_callback)(
    CURL *easy, curl_infotype type, char *bytes, size_t size, void *context);
typedef int (*opsfabric_curl_progress_callback)(
    void *context, curl_off_t toReceive, curl_off_t received, curl_off_t toSend, curl_off_t sent);

static inline CURLcode opsfabric_curl_set_long(CURL *easy, CURLoption option, long value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode opsfabric_curl_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode opsfabric_curl_set_text(CURL *easy, CURLoption option, const char *value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode opsfabric_curl_set_pointer(CURL *easy, CURLoption option, void *value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode opsfabric_curl_set_data_callback(
    CURL *easy, CURLoption option, opsfabric_curl_data_callback value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode opsfabric_curl_set_seek_callback(CURL *easy, opsfabric_curl_seek_callback value) {
  return curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, value);
}

static inline CURLcode opsfabric_curl_set_debug_callback(CURL *easy, opsfabric_curl_debug_callback value) {
  return curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, value);
}

static inline CURLcode opsfabric_curl_set_progress_callback(CURL *easy, opsfabric_curl_progress_callback value) {
  return curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, value);
}

typedef curl_socket_t (*opsfabric_curl_socket_callback)(
    void *context, curlsocktype purpose, struct curl_sockaddr *address);

static inline CURLcode opsfabric_curl_set_socket_callback(CURL *easy, opsfabric_curl_socket_callback value) {
  return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, value);
}

/// The address itself, which may be longer than its declaration.
static inline const struct sockaddr *opsfabric_curl_address(const struct curl_sockaddr *address) {
  return &address->addr;
}

/// What libcurl would open itself; CURL_SOCKET_BAD is a cast that Swift does not import.
static inline curl_socket_t opsfabric_curl_open(const struct curl_sockaddr *address) {
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}
static inline curl_socket_t opsfabric_curl_no_socket(void) { return CURL_SOCKET_BAD; }

static inline CURLcode opsfabric_curl_get_long(CURL *easy, CURLINFO info, long *value) {
  return curl_easy_getinfo(easy, info, value);
}

static inline CURLMcode opsfabric_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}

/// The result in a DONE message (a member of a union, which Swift reads awkwardly).
static inline CURLcode opsfabric_curl_message_result(const CURLMsg *message) { return message->data.result; }

/// With CURLOPT_NOSIGNAL libcurl leaves SIGPIPE to us, and OpenSSL writes with plain write():
/// without this a peer that goes away ends the whole program.
static inline void opsfabric_ignore_sigpipe(void) { signal(SIGPIPE, SIG_IGN); }

/// CURLVERSION_NOW is a macro that Swift does not import.
static inline const curl_version_info_data *opsfabric_curl_version(void) {
  return curl_version_info(CURLVERSION_NOW);
}
#endif

// api.c - Twilio's Messages API, as fast and as late as told: what a sending runner is measured against.
//
// usage: api PORT DELAY_MS LOG
// Each request is answered DELAY_MS after it was read, on its kept-open connection: a new message with 201 and a Sid of
// its own, a list with an empty page, everything else with 404. LOG gets a line for each new message, `MS TO SID`, MS
// since the first one, written when the program is ended with SIGTERM: then also how many connections were open at most.
// One thread, epoll. It knows what the bench's runner sends and no more: a request comes in one connection after the
// other, with a Content-Length, below 64 KiB. (Twilio's stand-in plays everything, but is a process for each request.)
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { connection_limit = 1024, request_limit = 65536, answer_limit = 2048 };

typedef struct {
  char input[request_limit + 1];
  size_t length;
  char answer[answer_limit];
  size_t answer_length;
} connection_t;

/// Who is answered when. All wait equally long, so who came first is first.
typedef struct {
  int descriptor;
  unsigned life;
  double due;
} pending_t;

static connection_t *connections[connection_limit];
static unsigned lives[connection_limit];  // a descriptor closed and opened again is another connection
static pending_t queue[connection_limit];
static unsigned queue_start, queue_end;
static double delay, first;
static unsigned long messages, origin;
static int open_count, most_open, poller;
static FILE *journal;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static double milliseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static void drop(int descriptor) {
  free(connections[descriptor]);
  connections[descriptor] = NULL;
  lives[descriptor]++;
  open_count--;
  close(descriptor);
}

static void watch(int descriptor) {
  struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
  if (epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event)) fail("epoll_ctl");
}

/// The value of a form's field as it stands there, still encoded; empty when it is missing.
static void field(const char *form, const char *name, char *out, size_t room) {
  size_t length = strlen(name);
  out[0] = 0;
  for (const char *at = form; at; at = strchr(at, '&')) {
    if (*at == '&') at++;
    if (strncmp(at, name, length) == 0 && at[length] == '=') {
      snprintf(out, room, "%.*s", (int)strcspn(at + length + 1, "&"), at + length + 1);
      return;
    }
  }
}

static void compose(connection_t *one, const char *body) {
  char text[answer_limit / 2], to[64], sid[64];
  const char *status = "200 OK";
  int is_post = strncmp(one->input, "POST ", 5) == 0;
  const char *line_end = strchr(one->input, '\r');
  const char *messages_path = strstr(one->input, "/Messages.json"), *calls_path = strstr(one->input, "/Calls.json");
  if (is_post && messages_path && messages_path < line_end) {
    field(body, "To", to, sizeof to);
    double now = milliseconds();
    if (messages == 0) first = now;
    // Of each start its own.
    snprintf(sid, sizeof sid, "SM%08lx%024lx", origin & 0xffffffff, messages++);
    fprintf(journal, "%.0f %s %s\n", now - first, to, sid);
    status = "201 Created";
    snprintf(text, sizeof text,
             "{\"sid\": \"%s\", \"status\": \"queued\", \"direction\": \"outbound-api\", \"num_segments\": \"1\", "
             "\"num_media\": \"0\", \"price\": null, \"price_unit\": \"USD\", \"error_code\": null, \"from\": null, \"to\": null, "
             "\"body\": \"\", \"date_created\": \"Thu, 12 Feb 2026 09:00:00 +0000\", \"date_sent\": null, \"messaging_service_sid\": null, "
             "\"subresource_uris\": {\"media\": \"/2010-04-01/Accounts/AC/Messages/SM/Media.json\"}}",
             sid);
  } else if (!is_post && messages_path && messages_path < line_end) {
    snprintf(text, sizeof text, "{\"messages\": [], \"next_page_uri\": null}");
  } else if (!is_post && calls_path && calls_path < line_end) {
    snprintf(text, sizeof text, "{\"calls\": [], \"next_page_uri\": null}");
  } else if (is_post && strncmp(one->input, "POST /hook ", 11) == 0) {
    fprintf(journal, "%.0f hook\n", milliseconds());
    snprintf(text, sizeof text, "{}");
  } else {
    status = "404 Not Found";
    snprintf(text, sizeof text, "{\"code\": 20404, \"message\": \"not here\", \"status\": 404}");
  }
  one->answer_length = (size_t)snprintf(one->answer, sizeof one->answer,
      "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s", status, strlen(text), text);
}

/// A request that is whole is taken in; its answer waits in the queue.
static void receive(int descriptor) {
  connection_t *one = connections[descriptor];
  ssize_t count = read(descriptor, one->input + one->length, request_limit - one->length);
  if (count <= 0) {
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    drop(descriptor);
    return;
  }
  one->length += (size_t)count;
  one->input[one->length] = 0;
  char *head_end = strstr(one->input, "\r\n\r\n");
  if (!head_end) return;
  const char *length = strcasestr(one->input, "\r\nContent-Length:");
  size_t body_length = length && length < head_end ? strtoul(length + 17, NULL, 10) : 0;
  if (one->length < (size_t)(head_end + 4 - one->input) + body_length) return;
  compose(one, head_end + 4);
  one->length = 0;
  queue[queue_end++ % connection_limit] = (pending_t){descriptor, lives[descriptor], milliseconds() + delay};
}

static void answer_due(void) {
  for (double now = milliseconds(); queue_start != queue_end; queue_start++) {
    const pending_t *next = &queue[queue_start % connection_limit];
    if (next->due > now) return;
    connection_t *one = connections[next->descriptor];
    if (!one || lives[next->descriptor] != next->life) continue;
    if (write(next->descriptor, one->answer, one->answer_length) != (ssize_t)one->answer_length) drop(next->descriptor);
  }
}

static void accept_all(int listener) {
  for (int descriptor; (descriptor = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0;) {
    if (descriptor >= connection_limit || !(connections[descriptor] = calloc(1, sizeof(connection_t)))) fail("accept");
    int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    watch(descriptor);
    if (++open_count > most_open) most_open = open_count;
  }
}

int main(int count, char **arguments) {
  if (count != 4) return fprintf(stderr, "usage: api PORT DELAY_MS LOG\n"), 2;
  delay = atof(arguments[2]);
  origin = (unsigned long)time(NULL);
  if (!(journal = fopen(arguments[3], "w"))) fail(arguments[3]);
  sigset_t ends;
  sigemptyset(&ends), sigaddset(&ends, SIGTERM);
  sigprocmask(SIG_BLOCK, &ends, NULL);
  int signals = signalfd(-1, &ends, SFD_CLOEXEC);
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(arguments[1]))};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 256)) fail("listen");
  if ((poller = epoll_create1(EPOLL_CLOEXEC)) < 0) fail("epoll");
  watch(listener), watch(signals);
  for (;;) {
    struct epoll_event events[64];
    double wait = queue_start == queue_end ? 1000 : queue[queue_start % connection_limit].due - milliseconds();
    int ready = epoll_wait(poller, events, 64, wait <= 0 ? 0 : (int)wait + 1);
    for (int i = 0; i < ready; i++) {
      if (events[i].data.fd == signals) {
        fprintf(stderr, "%d\n", most_open);
        return fclose(journal) != 0;
      }
      if (events[i].data.fd == listener) accept_all(listener);
      else if (connections[events[i].data.fd]) receive(events[i].data.fd);
    }
    answer_due();
  }
}

// request.h - a signed webhook or a browser's request, and one CGI process that is measured while it answers it.
// For driver.c (one at a time) and crowd.c (many at once).
#ifndef OPSFABRIC_BENCH_REQUEST_H
#define OPSFABRIC_BENCH_REQUEST_H
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "signature.h"

enum { program_limit = 8, word_limit = 16, parameter_limit = 64, text_limit = 8192 };

typedef struct {
  const char *name;
  char *words[word_limit + 1];
  const char *home;    // of its own; NULL: that of all
  double *wall, *cpu;  // milliseconds, one per measured request
  long max_kib;
} program_t;

static const char *home = "", *url = "", *account = "", *token = "", *called = "";
static const char *query, *form, *form_type = "", *host = "127.0.0.1";
static unsigned long seed = 1;

/// What both drivers are told of the installation; `set_option` takes it.
#define REQUEST_OPTIONS                                                                                           \
  {"home", 1, 0, 'h'}, {"url", 1, 0, 'u'}, {"account", 1, 0, 'a'}, {"token", 1, 0, 't'}, {"to", 1, 0, 'n'}, \
      {"seed", 1, 0, 's'}

/// False for an option that is none of these.
static int set_option(int option, const char *value) {
  switch (option) {
    case 'h': home = value; return 1;
    case 'u': url = value; return 1;
    case 'a': account = value; return 1;
    case 't': token = value; return 1;
    case 'n': called = value; return 1;
    case 's': seed = strtoul(value, NULL, 10); return 1;
    default: return 0;
  }
}

static int compare_numbers(const void *left, const void *right) {
  double difference = *(const double *)left - *(const double *)right;
  return (difference > 0) - (difference < 0);
}

static void fail(const char *what) {
  perror(what);
  exit(2);
}

// MARK: a request

typedef struct {
  char body[text_limit];
  size_t length;
  char signature[signature_size + 1];
} request_t;

static size_t append_encoded(char *out, const char *text) {
  size_t length = 0;
  for (; *text; text++) {
    if (strchr("-_.~", *text) || (*text >= '0' && *text <= '9') || (*text >= 'A' && *text <= 'Z') ||
        (*text >= 'a' && *text <= 'z'))
      out[length++] = *text;
    else
      length += (size_t)sprintf(out + length, "%%%02X", (unsigned char)*text);
  }
  return length;
}

/// The parameters of a real status callback for the call `number`, signed.
static void make_request(request_t *request, unsigned long number) {
  char sid[64], caller[32], when[64], parameters[text_limit];
  time_t now = time(NULL);
  // Anywhere in the index of CallSids, as Twilio's are.
  snprintf(sid, sizeof sid, "CA%08lx%08lx%016lx", number * 2654435761 & 0xffffffff, seed & 0xffffffff, number);
  snprintf(caller, sizeof caller, "+41791%06lu", (seed * 100003 + number) % 1000000);
  strftime(when, sizeof when, "%a, %d %b %Y %H:%M:%S +0000", gmtime(&now));
  const char *pairs[][2] = {
      {"Called", called}, {"ToState", ""}, {"CallerCountry", "CH"}, {"Direction", "inbound"}, {"Timestamp", when},
      {"CallbackSource", "call-progress-events"}, {"SipResponseCode", "487"}, {"CallerState", ""}, {"ToZip", ""},
      {"SequenceNumber", "0"}, {"CallSid", sid}, {"To", called}, {"CallerZip", ""}, {"ToCountry", "CH"},
      {"CalledZip", ""}, {"ApiVersion", "2010-04-01"}, {"CalledCity", ""}, {"CallStatus", "no-answer"},
      {"Duration", "0"}, {"From", caller}, {"CallDuration", "0"}, {"AccountSid", account}, {"CalledCountry", "CH"},
      {"CallerCity", "Z\xc3\xbcrich"}, {"ToCity", ""}, {"FromCountry", "CH"}, {"Caller", caller}, {"FromCity", ""},
      {"CalledState", ""}, {"FromZip", ""}, {"FromState", ""},
  };
  size_t pair_count = sizeof pairs / sizeof pairs[0];
  field_t fields[parameter_limit];
  request->length = 0;
  for (size_t i = 0; i < pair_count; i++) {
    fields[i] = (field_t){pairs[i][0], pairs[i][1], strlen(pairs[i][0]), strlen(pairs[i][1])};
    if (i > 0) request->body[request->length++] = '&';
    request->length += append_encoded(request->body + request->length, pairs[i][0]);
    request->body[request->length++] = '=';
    request->length += append_encoded(request->body + request->length, pairs[i][1]);
  }
  size_t length = signed_parameters(fields, pair_count, parameters);
  sign(token, url, parameters, length, request->signature);
}

// MARK: a process

/// Splits COMMAND at spaces; a first word @DIR is the program's own home.
static void set_command(program_t *program, char *command) {
  int words = 0;
  char *word = strtok(command, " ");
  if (word && *word == '@') program->home = word + 1, word = strtok(NULL, " ");
  for (; word && words < word_limit; word = strtok(NULL, " ")) program->words[words++] = word;
}

/// CGI's variables as a web server sets them; php-cgi wants the last two.
static char **make_environment(const program_t *program, const request_t *request) {
  static char texts[20][1100];
  static char *variables[21];
  int next = 0;
  const char *script = program->words[0];
  for (int i = 0; program->words[i]; i++) script = program->words[i];
  const char *name = strrchr(url, '/') ? strrchr(url, '/') + 1 : url;
  int is_page = query || form;
#define SET(...) (snprintf(texts[next], sizeof texts[next], __VA_ARGS__), variables[next] = texts[next], next++)
  SET("PATH=/usr/bin:/bin");
  SET("OPSFABRIC_HOME=%s", program->home ? program->home : home);
  SET("GATEWAY_INTERFACE=CGI/1.1");
  SET("SERVER_SOFTWARE=bench");
  SET("SERVER_NAME=127.0.0.1");
  SET("SERVER_PORT=80");
  SET("SERVER_PROTOCOL=HTTP/1.1");
  SET("REQUEST_METHOD=%s", query ? "GET" : "POST");
  SET("REQUEST_URI=/cgi-bin/%s%s%s", name, query && *query ? "?" : "", query ? query : "");
  SET("SCRIPT_NAME=/cgi-bin/%s", name);
  SET("QUERY_STRING=%s", query ? query : "");
  SET("REMOTE_ADDR=127.0.0.1");
  SET("HTTP_HOST=%s", host);
  SET("HTTP_USER_AGENT=%s", is_page ? "Mozilla/5.0 (Linux; Android 14)" : "TwilioProxy/1.1");
  if (is_page) SET("HTTP_ACCEPT_LANGUAGE=de-CH,de;q=0.9,en;q=0.8");
  if (!query) SET("CONTENT_TYPE=%s", form ? form_type : "application/x-www-form-urlencoded; charset=UTF-8");
  if (!query) SET("CONTENT_LENGTH=%zu", request->length);
  if (!is_page) SET("HTTP_X_TWILIO_SIGNATURE=%s", request->signature);
  SET("SCRIPT_FILENAME=%s", script);
  SET("REDIRECT_STATUS=200");
#undef SET
  variables[next] = NULL;
  return variables;
}

static double milliseconds_since(struct timespec start) {
  struct timespec end;
  clock_gettime(CLOCK_MONOTONIC, &end);
  return (double)(end.tv_sec - start.tv_sec) * 1e3 + (double)(end.tv_nsec - start.tv_nsec) / 1e6;
}

static double milliseconds(struct timeval time) { return (double)time.tv_sec * 1e3 + (double)time.tv_usec / 1e3; }

/// Runs the program on one request. Input and answer wait in pipes, which hold more than either.
/// Returns whether it answered as it should. Memory: the kernel counts the parent's pages at exec too, so this
/// driver has to stay smaller than anything it measures; it is static for that.
static int serve(program_t *program, const request_t *request, double *wall, double *cpu, long *kib) {
  int input[2], output[2], status;
  if (pipe2(input, O_CLOEXEC) || pipe2(output, O_CLOEXEC)) fail("pipe");
  if (form) {
    close(input[0]);
    if ((input[0] = open(form, O_RDONLY | O_CLOEXEC)) < 0) fail(form);
  } else if (write(input[1], request->body, request->length) != (ssize_t)request->length) {
    fail("write");
  }
  close(input[1]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
  char **environment = make_environment(program, request);

  pid_t child;
  struct rusage usage;
  struct timespec start;
  clock_gettime(CLOCK_MONOTONIC, &start);
  if (posix_spawnp(&child, program->words[0], &actions, NULL, program->words, environment)) fail(program->words[0]);
  if (wait4(child, &status, 0, &usage) != child) fail("wait");
  *wall = milliseconds_since(start);
  *cpu = milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime);
  *kib = usage.ru_maxrss;

  close(output[1]);
  char answer[1024];
  ssize_t got = read(output[0], answer, sizeof answer - 1);
  answer[got > 0 ? got : 0] = 0;
  close(input[0]), close(output[0]);
  posix_spawn_file_actions_destroy(&actions);
  int is_right = status == 0 && strncmp(answer, query || form ? "Status: 200" : "Status: 204", 11) == 0;
  if (!is_right) fprintf(stderr, "driver: %s: exit status %d, answer:\n%s\n", program->name, status, answer);
  return is_right;
}

#endif

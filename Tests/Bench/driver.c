// driver.c - sends the same kind of webhook to several CGI programs in turn and measures each process.
//
// Every request is a right, freshly signed `call-status` of an unknown missed call. The clock runs from before the
// process is made until it has been waited for; preparing and checking lie outside. Programs take turns, and who
// begins changes each round, so that drift of the machine and the odd checkpoint hit all alike.
//
// usage: driver --home DIR --url URL --account SID --token T --to NUMBER [--count N] [--warm-up N] [--pace MS]
//               [--seed N] [--get QUERY | --post FILE --type T] [--host H] NAME=COMMAND...
// The first program is what the others are compared to. COMMAND is split at spaces (`php=php-cgi call.php`).
// Prints a table. Exit code 1 when any request was not answered `Status: 204`.
//
// --get QUERY asks for a page instead, of the website --host, and --post FILE --type T sends it a form; the answer
// must be `Status: 200` then.
#define _GNU_SOURCE
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "signature.h"

enum { program_limit = 8, word_limit = 16, parameter_limit = 64, text_limit = 8192 };

typedef struct {
  const char *name;
  char *words[word_limit + 1];
  double *wall, *cpu;  // milliseconds, one per measured request
  long max_kib;
} program_t;

static const char *home = "", *url = "", *account = "", *token = "", *called = "";
static const char *query, *form, *form_type = "", *host = "127.0.0.1";
static int count = 300, warm_up = 20, pace;
static unsigned long seed = 1;
static program_t programs[program_limit];
static int program_count;

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
  snprintf(sid, sizeof sid, "CA%016lx%016lx", seed, number);
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
  SET("OPSFABRIC_HOME=%s", home);
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

// MARK: the measurement

/// Returns the number of wrong answers.
static int measure(void) {
  static request_t request;
  struct stat file;
  if (form && stat(form, &file) == 0) request.length = (size_t)file.st_size;
  unsigned long number = 0;
  int faults = 0;
  for (int round = -warm_up; round < count; round++) {
    for (int turn = 0; turn < program_count; turn++) {
      program_t *program = &programs[(turn + round + warm_up) % program_count];
      double wall, cpu;
      long kib;
      if (!query && !form) make_request(&request, number++);
      if (!serve(program, &request, &wall, &cpu, &kib)) faults++;
      if (round >= 0) program->wall[round] = wall, program->cpu[round] = cpu;
      if (kib > program->max_kib) program->max_kib = kib;
      if (pace > 0) usleep((useconds_t)pace * 1000);
    }
    if (faults > 10) return faults;
  }
  return faults;
}

static int compare_numbers(const void *left, const void *right) {
  double difference = *(const double *)left - *(const double *)right;
  return (difference > 0) - (difference < 0);
}

static double at(const double *sorted, double share) { return sorted[(int)(share * (count - 1) + 0.5)]; }

static void print_table(void) {
  for (int i = 0; i < program_count; i++) {
    qsort(programs[i].wall, (size_t)count, sizeof(double), compare_numbers);
    qsort(programs[i].cpu, (size_t)count, sizeof(double), compare_numbers);
  }
  printf("  %-14s %9s %9s %9s %9s %9s %14s %13s\n", "program", "median ms", "p99 ms", "min ms", "cpu ms", "max KiB",
         "x median", "x min");
  for (int i = 0; i < program_count; i++) {
    const program_t *one = &programs[i], *base = &programs[0];
    printf("  %-14s %9.3f %9.3f %9.3f %9.3f %9ld %14.2f %13.2f\n", one->name, at(one->wall, .5), at(one->wall, .99),
           one->wall[0], at(one->cpu, .5), one->max_kib, at(one->wall, .5) / at(base->wall, .5),
           one->wall[0] / base->wall[0]);
  }
}

static void add_program(char *text) {
  char *equals = strchr(text, '=');
  if (!equals || program_count == program_limit) {
    fprintf(stderr, "driver: NAME=COMMAND, at most %d of them\n", program_limit);
    exit(2);
  }
  *equals = 0;
  program_t *program = &programs[program_count++];
  program->name = text;
  int words = 0;
  for (char *word = strtok(equals + 1, " "); word && words < word_limit; word = strtok(NULL, " "))
    program->words[words++] = word;
  program->wall = calloc((size_t)count, sizeof(double));
  program->cpu = calloc((size_t)count, sizeof(double));
}

int main(int argument_count, char **arguments) {
  static const struct option options[] = {
      {"home", 1, 0, 'h'},  {"url", 1, 0, 'u'},     {"account", 1, 0, 'a'}, {"token", 1, 0, 't'}, {"to", 1, 0, 'n'},
      {"count", 1, 0, 'c'}, {"warm-up", 1, 0, 'w'}, {"pace", 1, 0, 'p'},    {"seed", 1, 0, 's'},  {"get", 1, 0, 'g'},
      {"post", 1, 0, 'f'},  {"type", 1, 0, 'y'},    {"host", 1, 0, 'o'},    {0, 0, 0, 0}};
  for (int option; (option = getopt_long(argument_count, arguments, "", options, NULL)) != -1;) {
    switch (option) {
      case 'h': home = optarg; break;
      case 'u': url = optarg; break;
      case 'a': account = optarg; break;
      case 't': token = optarg; break;
      case 'n': called = optarg; break;
      case 'c': count = atoi(optarg); break;
      case 'w': warm_up = atoi(optarg); break;
      case 'p': pace = atoi(optarg); break;
      case 's': seed = strtoul(optarg, NULL, 10); break;
      case 'g': query = optarg; break;
      case 'f': form = optarg; break;
      case 'y': form_type = optarg; break;
      case 'o': host = optarg; break;
      default: return 2;
    }
  }
  if (count < 1) count = 1;
  while (optind < argument_count) add_program(arguments[optind++]);
  int faults = measure();
  if (faults) {
    fprintf(stderr, "driver: %d wrong answers\n", faults);
    return 1;
  }
  print_table();
  return 0;
}

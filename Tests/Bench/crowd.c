// crowd.c - many at once: writers, each with its own CGI processes, or clients of a web server, each on its connection.
//
// usage: crowd --home DIR --url URL --account SID --token T --to NUMBER [--count N] [--warm-up N] [--at-once N]
//              [--rounds N] [--seed N] NAME=COMMAND|NAME=http:PORT/PATH...
// Every request is a right, freshly signed `call-status`. Each program has the database to itself: AT_ONCE (8) of its
// writers begin together and answer COUNT requests each; ROUNDS (4) such blocks of all programs take turns, and who
// begins changes, so that drift of the machine hits all alike. Before, WARM_UP requests, one after the other.
// Prints a table: x is a program's 99th percentile over its median; the ratio is of requests per second, to the first.
// Exit code 1 when any request was not answered 204.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "request.h"

typedef struct {
  program_t program;
  const char *address;  // PORT/PATH behind a web server; NULL: a process for each request
  double seconds;
} contender_t;

static contender_t contenders[program_limit];
static int contender_count, count = 100, warm_up = 20, at_once = 8, rounds = 4;
static unsigned long next_number;

// MARK: a request through a web server

static int connect_to(int port) {
  int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(descriptor, (struct sockaddr *)&address, sizeof address)) fail("connect");
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return descriptor;
}

/// One connection for each request, as Twilio's webhooks come. Returns whether the answer was 204.
static int ask(const char *address, const request_t *request, double *wall) {
  char text[text_limit + 1024], answer[1024];
  const char *path = strchr(address, '/');
  int length = snprintf(text, sizeof text,
      "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: TwilioProxy/1.1\r\nConnection: close\r\n"
      "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\nX-Twilio-Signature: %s\r\n"
      "Content-Length: %zu\r\n\r\n%.*s", path, request->signature, request->length, (int)request->length, request->body);
  struct timespec start;
  clock_gettime(CLOCK_MONOTONIC, &start);
  int descriptor = connect_to(atoi(address));
  if (write(descriptor, text, (size_t)length) != length) fail("write");
  size_t got = 0;
  for (ssize_t part; got < sizeof answer - 1 && (part = read(descriptor, answer + got, sizeof answer - 1 - got)) > 0;)
    got += (size_t)part;
  close(descriptor);
  *wall = milliseconds_since(start);
  answer[got] = 0;
  int is_right = strncmp(answer, "HTTP/1.1 204", 12) == 0;
  if (!is_right) fprintf(stderr, "crowd: %s answered:\n%s\n", address, answer);
  return is_right;
}

// MARK: writers

static int handle(contender_t *contender, unsigned long number, double *wall) {
  static request_t request;
  double cpu;
  long kib;
  make_request(&request, number);
  return contender->address ? ask(contender->address, &request, wall)
                            : serve(&contender->program, &request, wall, &cpu, &kib);
}

/// Memory that the writers share with us.
static double *shared(size_t numbers) {
  void *memory = mmap(NULL, numbers * sizeof(double), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) fail("mmap");
  return memory;
}

/// All writers begin when the pipe is closed. Returns how many of them failed.
static int block(contender_t *contender, double *walls) {
  int gate[2], faults = 0, status;
  if (pipe2(gate, O_CLOEXEC)) fail("pipe");
  for (int writer = 0; writer < at_once; writer++) {
    pid_t child = fork();
    if (child < 0) fail("fork");
    if (child == 0) {
      char byte;
      close(gate[1]);
      if (read(gate[0], &byte, 1) != 0) _exit(2);
      int wrong = 0;
      for (int i = 0; i < count; i++)
        wrong += !handle(contender, next_number + (unsigned long)(writer * count + i), &walls[writer * count + i]);
      _exit(wrong > 0);
    }
  }
  next_number += (unsigned long)(at_once * count);
  struct timespec start;
  clock_gettime(CLOCK_MONOTONIC, &start);
  close(gate[0]), close(gate[1]);
  while (wait(&status) > 0) faults += status != 0;
  contender->seconds += milliseconds_since(start) / 1e3;
  return faults;
}

static void print_table(void) {
  size_t total = (size_t)(count * at_once * rounds);
  printf("  %-22s %9s %9s %9s %9s %9s %9s\n", "program", "median ms", "p99 ms", "worst ms", "x", "req/s", "ratio");
  for (int i = 0; i < contender_count; i++) {
    const contender_t *one = &contenders[i];
    double *wall = one->program.wall;
    qsort(wall, total, sizeof *wall, compare_numbers);
    double median = wall[total / 2], late = wall[(size_t)(0.99 * (double)(total - 1) + 0.5)];
    printf("  %-22s %9.2f %9.2f %9.2f %9.2f %9.0f %9.2f\n", one->program.name, median, late, wall[total - 1],
           late / median, (double)total / one->seconds, contenders[0].seconds / one->seconds);
  }
}

static void add_contender(char *text) {
  char *equals = strchr(text, '=');
  if (!equals || contender_count == program_limit) {
    fprintf(stderr, "crowd: NAME=COMMAND or NAME=http:PORT/PATH, at most %d of them\n", program_limit);
    exit(2);
  }
  *equals = 0;
  contender_t *one = &contenders[contender_count++];
  one->program.name = text;
  if (strncmp(equals + 1, "http:", 5) == 0) {
    one->address = equals + 6;
  } else {
    set_command(&one->program, equals + 1);
  }
  one->program.wall = shared((size_t)(count * at_once * rounds));
}

int main(int argument_count, char **arguments) {
  static const struct option options[] = {
      REQUEST_OPTIONS,      {"count", 1, 0, 'c'}, {"warm-up", 1, 0, 'w'}, {"at-once", 1, 0, 'o'}, {"rounds", 1, 0, 'r'},
      {0, 0, 0, 0}};
  for (int option; (option = getopt_long(argument_count, arguments, "", options, NULL)) != -1;) {
    switch (option) {
      case 'c': count = atoi(optarg); break;
      case 'w': warm_up = atoi(optarg); break;
      case 'o': at_once = atoi(optarg); break;
      case 'r': rounds = atoi(optarg); break;
      default: if (!set_option(option, optarg)) return 2;
    }
  }
  while (optind < argument_count) add_contender(arguments[optind++]);
  int faults = 0;
  double wall;
  for (int i = 0; i < contender_count; i++)
    for (int n = 0; n < warm_up; n++) faults += !handle(&contenders[i], next_number++, &wall);
  for (int round = 0; round < rounds; round++) {
    for (int turn = 0; turn < contender_count; turn++) {
      contender_t *one = &contenders[(turn + round) % contender_count];
      faults += block(one, one->program.wall + (size_t)(round * count * at_once));
    }
  }
  if (faults) {
    fprintf(stderr, "crowd: %d writers had wrong answers\n", faults);
    return 1;
  }
  print_table();
  return 0;
}

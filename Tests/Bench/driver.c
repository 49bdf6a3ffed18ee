// driver.c - sends the same kind of webhook to several CGI programs in turn and measures each process.
//
// Every request is a right, freshly signed `call-status` of an unknown missed call. The clock runs from before the
// process is made until it has been waited for; preparing and checking lie outside. Programs take turns, and who
// begins changes each round, so that drift of the machine and the odd checkpoint hit all alike.
//
// usage: driver --home DIR --url URL --account SID --token T --to NUMBER [--count N] [--warm-up N] [--pace MS]
//               [--seed N] [--get QUERY | --post FILE --type T] [--host H] NAME=COMMAND...
// The first program is what the others are compared to. COMMAND is split at spaces (`php=php-cgi call.php`);
// a first word @DIR is this program's own home.
// Prints a table. Exit code 1 when any request was not answered `Status: 204`.
//
// --get QUERY asks for a page instead, of the website --host, and --post FILE --type T sends it a form; the answer
// must be `Status: 200` then.
#define _GNU_SOURCE
#include <getopt.h>
#include <sys/stat.h>

#include "request.h"

static int count = 300, warm_up = 20, pace;
static program_t programs[program_limit];
static int program_count;

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
  set_command(program, equals + 1);
  program->wall = calloc((size_t)count, sizeof(double));
  program->cpu = calloc((size_t)count, sizeof(double));
}

int main(int argument_count, char **arguments) {
  static const struct option options[] = {
      REQUEST_OPTIONS,     {"count", 1, 0, 'c'}, {"warm-up", 1, 0, 'w'}, {"pace", 1, 0, 'p'}, {"get", 1, 0, 'g'},
      {"post", 1, 0, 'f'}, {"type", 1, 0, 'y'},  {"host", 1, 0, 'o'},    {0, 0, 0, 0}};
  for (int option; (option = getopt_long(argument_count, arguments, "", options, NULL)) != -1;) {
    switch (option) {
      case 'c': count = atoi(optarg); break;
      case 'w': warm_up = atoi(optarg); break;
      case 'p': pace = atoi(optarg); break;
      case 'g': query = optarg; break;
      case 'f': form = optarg; break;
      case 'y': form_type = optarg; break;
      case 'o': host = optarg; break;
      default: if (!set_option(option, optarg)) return 2;
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

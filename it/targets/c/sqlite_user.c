// Prepares and steps SQLite statements.
//
//   sqlite_user INTERVAL_MICROS COUNT
//
// Each of COUNT rounds (0: until SIGTERM) prepares "SELECT value FROM numbers WHERE value < 3 -- round %ld" and steps it 4
// times: 3 rows, then done. Setting up prepares 2 statements and steps each once.
// Prints "ready pid=P", at the end "done rounds=R prepared=N stepped=M sum=S".
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static volatile sig_atomic_t stopping;
static sqlite3 *database;
static long prepared, stepped, sum;

static void stop(int signal) {
    (void)signal;
    stopping = 1;
}

static void run(const char *sql) {
    sqlite3_stmt *statement;
    prepared++;
    if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) != SQLITE_OK) {
        fprintf(stderr, "sqlite_user: %s\n", sqlite3_errmsg(database));
        exit(1);
    }
    int result;
    while (stepped++, (result = sqlite3_step(statement)) == SQLITE_ROW) sum += sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    if (result != SQLITE_DONE) exit(1);
}

int main(int argc, char **argv) {
    if (argc != 3) return 64;
    long interval = atol(argv[1]), count = atol(argv[2]), round = 0;
    struct sigaction action = {.sa_handler = stop};
    sigaction(SIGTERM, &action, NULL);
    if (sqlite3_open(":memory:", &database) != SQLITE_OK) return 1;
    run("CREATE TABLE numbers (value INTEGER)");
    run("INSERT INTO numbers VALUES (0), (1), (2), (3), (4)");
    printf("ready pid=%d\n", getpid());
    fflush(stdout);
    for (; (count == 0 || round < count) && !stopping; round++) {
        char sql[128];
        snprintf(sql, sizeof sql, "SELECT value FROM numbers WHERE value < 3 -- round %ld", round);
        run(sql);
        if (interval > 0) usleep((useconds_t)interval);
    }
    printf("done rounds=%ld prepared=%ld stepped=%ld sum=%ld\n", round, prepared, stepped, sum);
    sqlite3_close(database);
    return 0;
}

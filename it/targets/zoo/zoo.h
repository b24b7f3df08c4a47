// What the targets of the zoo share. Each prints "ready pid=P" and waits for SIGUSR1; then "result ...", which depends on
// the answers of the calls that are probed, and on nothing else; and ends with 0.
#pragma once
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// For a build ID of its own: what dies is put in quarantine, and with it whatever has the same build ID.
#ifdef BUILD_OF
#define TEXT_OF(word) #word
#define TEXT(word) TEXT_OF(word)
__attribute__((used)) static const char build_of[] = TEXT(BUILD_OF);
#endif

#define OPAQUE __attribute__((noipa))
#define UNUSED __attribute__((unused))

static void UNUSED ready(void) {
    sigset_t go;
    int which;
    sigemptyset(&go);
    sigaddset(&go, SIGUSR1);
    sigprocmask(SIG_BLOCK, &go, NULL);
    printf("ready pid=%d\n", getpid());
    fflush(stdout);
    sigwait(&go, &which);
}

// Without stdio, which may ask for more than a sandbox gives.
static void UNUSED say(const char *text) {
    if (write(1, text, strlen(text)) < 0) _exit(70);
}

static int UNUSED is(const char *mode, const char *name) { return strcmp(mode, name) == 0; }

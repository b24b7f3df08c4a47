package dev.stet.facts;

/// What a run time says of a container. Empty texts are what it did not say.
///
/// @param name as people gave it: `web`
/// @param image as people wrote it: `nginx:1.27`
/// @param digest of the image: `sha256:` and 64 hex digits
public record Container(String name, String image, String digest) {}

package dev.stet.agent.suggest;

/// A source, or a part of one, that could not be used. The others go on.
///
/// @param place where: `pods.json`, `core dumps:17`
/// @param reason why, and what to do
public record Refusal(String place, String reason) {
    @Override
    public String toString() {
        return place + ": " + reason;
    }
}

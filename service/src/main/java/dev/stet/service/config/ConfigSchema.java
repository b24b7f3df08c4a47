package dev.stet.service.config;

import java.util.List;
import java.util.stream.Collectors;

/// The file's JSON Schema, by which editors complete, explain and check what is typed.
public final class ConfigSchema {
    private ConfigSchema() {}

    /// The whole of it.
    public static String text() {
        StringBuilder out = new StringBuilder("""
                {
                  "$schema": "https://json-schema.org/draft/2020-12/schema",
                  "title": "/etc/stet/stet.yaml",
                  "type": "object",
                  "additionalProperties": false,
                  "properties": {
                """);
        String comma = "";
        for (String name : Settings.inGroup("")) {
            out.append(comma).append("    ").append(property(Settings.find(name).orElseThrow(), name));
            comma = ",\n";
        }
        for (String group : Settings.groups()) {
            List<String> names = Settings.inGroup(group);
            out.append(comma).append("    \"").append(group).append("\": {\n");
            out.append(
                    "      \"type\": \"object\",\n      \"additionalProperties\": false,\n      \"properties\": {\n");
            out.append(names.stream()
                    .map(name -> "        "
                            + property(Settings.find(group + "." + name).orElseThrow(), name))
                    .collect(Collectors.joining(",\n")));
            out.append("\n      }\n    }");
            comma = ",\n";
        }
        return out.append("\n  }\n}\n").toString();
    }

    private static String property(Setting setting, String name) {
        String one = "{" + setting.form().schema() + "}";
        String type = setting.many()
                ? "\"anyOf\":[" + one + ",{\"type\":\"array\",\"items\":" + one + "}]"
                : setting.form().schema();
        return "\"" + name + "\": {" + type + ",\"description\":\""
                + setting.what().replace("\\", "\\\\").replace("\"", "\\\"") + "\"}";
    }
}

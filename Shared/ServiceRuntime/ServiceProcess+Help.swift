extension Settings {
    /// The settings that a configuration reads, as `--help` lists them: key, default, meaning, and allowed values.
    public static func help(_ reading: (Settings) throws -> some Any) -> String {
        let settings = Settings([:], isListing: true)
        // Reads in this mode refuse nothing. A configuration that still throws, because the examples do not fit
        // together, has read its keys by then.
        _ = try? reading(settings)
        return settings.entries.map { entry in
            let fallback = entry.fallback.map { $0.isEmpty ? "none" : $0 } ?? "(must be set)"
            return "  \(entry.key)  [\(fallback)]\n      \(entry.meaning) Expects \(entry.expected)."
        }.joined(separator: "\n")
    }
}

extension ServiceProcess {
    /// What `--help` prints: every setting that the process reads, with its default, allowed values and meaning.
    static func help(_ service: String, _ reading: (Settings) throws -> some Any) -> String {
        let rows = Settings.help { settings in
            _ = try? RuntimeConfiguration(settings, service: service)
            return try reading(settings)
        }
        return """
            \(service) \(version)

            usage: \(service) [--help | --version | --health]

            Settings are environment variables, with their defaults:

            \(rows)
            """
    }
}

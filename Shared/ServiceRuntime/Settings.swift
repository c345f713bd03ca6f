import NIOConcurrencyHelpers

/// The settings of one process: its environment variables `BATON_*`, read by type; every read is recorded.
///
/// Because every read is recorded, an unknown variable can be refused (``refuseUnknown()``) and `--help` can list every
/// key with its default and meaning. A configuration reads everything in its initializer:
///
/// ```swift
/// public init(_ settings: Settings) throws {
///     keys = try settings.read(
///         "BATON_KEYS", as: .path, default: settings.home.keys, meaning: "The folder of the key file seal.")
///     bus = try .connecting(settings)
/// }
/// ```
public final class Settings: Sendable {
    /// A key's entry in `--help`.
    struct Entry: Sendable {
        let key: String
        let expected: String
        /// The default as it would be written, nil if the key must be set, empty if it may be absent.
        let fallback: String?
        let meaning: String
    }

    private let variables: [String: String]
    /// True while only the table of keys is needed: reads then return defaults and examples, and refuse nothing.
    private let isListing: Bool
    private let read = NIOLockedValueBox<[Entry]>([])

    /// - Parameter environment: the variables; those that do not begin with `BATON_` are ignored.
    public convenience init(_ environment: [String: String]) {
        self.init(environment, isListing: false)
    }

    init(_ environment: [String: String], isListing: Bool) {
        variables = environment.filter { $0.key.hasPrefix("BATON_") }
        self.isListing = isListing
    }

    /// Reads a key that must be set.
    /// - Parameter meaning: one sentence for `--help`.
    public func read<Value>(
        _ key: String, as kind: SettingKind<Value>, meaning: String
    ) throws(SettingsError) -> Value {
        remember(Entry(key: key, expected: kind.expected, fallback: nil, meaning: meaning))
        if let value = try value(of: key, as: kind) { return value }
        guard isListing else { throw .missing(key: key, expected: kind.expected, example: kind.write(kind.example)) }
        return kind.example
    }

    /// Reads a key that has a default.
    public func read<Value>(
        _ key: String, as kind: SettingKind<Value>, default fallback: Value, meaning: String
    ) throws(SettingsError) -> Value {
        remember(Entry(key: key, expected: kind.expected, fallback: kind.write(fallback), meaning: meaning))
        return try value(of: key, as: kind) ?? fallback
    }

    /// Reads a key that may be absent.
    public func readIfSet<Value>(
        _ key: String, as kind: SettingKind<Value>, meaning: String
    ) throws(SettingsError) -> Value? {
        remember(Entry(key: key, expected: kind.expected, fallback: "", meaning: meaning))
        return try value(of: key, as: kind)
    }

    /// Refuses the first variable that has not been read. Called when the configuration is complete.
    public func refuseUnknown() throws(SettingsError) {
        let known = entries.map(\.key)
        guard !isListing, let unknown = variables.keys.filter({ !known.contains($0) }).min() else { return }
        throw .unknown(key: unknown, nearest: nearest(to: unknown, among: known))
    }

    /// The keys that were read so far, in the order of the first reads.
    var entries: [Entry] { read.withLockedValue { $0 } }

    private func remember(_ entry: Entry) {
        read.withLockedValue { entries in
            if !entries.contains(where: { $0.key == entry.key }) { entries.append(entry) }
        }
    }

    /// The value of a key, nil if it is absent or empty (compose files write an absent value as an empty one).
    private func value<Value>(of key: String, as kind: SettingKind<Value>) throws(SettingsError) -> Value? {
        guard !isListing, let text = variables[key], !text.isEmpty else { return nil }
        do {
            return try kind.parse(text)
        } catch {
            let shown = kind.isSecret ? nil : String(text.prefix(60))
            throw .refused(key: key, value: shown, problem: error.problem, expected: kind.expected)
        }
    }
}

import Foundation
import JSONText
import Logging
import NIOConcurrencyHelpers

/// Writes each log event as one JSON object on one line of standard error, at most ``lineMax`` bytes long.
///
/// Its fields: `time` (RFC 3339, UTC, ms), `level`, `service`, `instance`, `logger`, `message`, `error`, and the
/// metadata by its own keys. A metadata key that is one of those gets a `_` in front; metadata that no longer fits
/// is left out, and `truncated` says so.
public struct JSONLogHandler: LogHandler {
    /// The bytes of a line, its end included.
    public static let lineMax = 8_192
    /// The most bytes of a message or a metadata value.
    static let messageMax = 2_048
    static let valueMax = 1_024
    private static let reserved: Set<String> = [
        "time", "level", "service", "instance", "logger", "message", "error", "truncated",
    ]

    /// Metadata of every line of this logger.
    public var metadata: Logger.Metadata = [:]
    /// Further metadata of every line, made when it is written.
    public var metadataProvider: Logger.MetadataProvider?
    /// The least severe level that is written.
    public var logLevel: Logger.Level
    private let label: String
    private let service: String
    private let instance: String
    private let write: @Sendable ([UInt8]) -> Void

    /// Writes to standard error.
    public init(label: String, service: String, instance: String, level: Logger.Level) {
        self.init(label: label, service: service, instance: instance, level: level, write: StandardStream.error.write)
    }

    /// - Parameter write: writes one whole line with its end; may be called from any thread.
    init(
        label: String, service: String, instance: String, level: Logger.Level,
        write: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.label = label
        self.service = service
        self.instance = instance
        self.write = write
        logLevel = level
    }

    /// One value of ``metadata``.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one line. Called by swift-log.
    public func log(event: LogEvent) {
        var facts = event.metadata ?? [:]
        for more in [metadataProvider?.get() ?? [:], metadata] where !more.isEmpty {
            facts.merge(more) { own, _ in own }
        }
        var line = JSONWriter(reserving: 512)
        line.object { line in
            line.field("time", "\(Timestamp.now)")
            line.field("level", event.level.rawValue)
            line.field(named: "service", shown: service, bytesMax: Self.valueMax)
            line.field(named: "instance", shown: instance, bytesMax: Self.valueMax)
            line.field(named: "logger", shown: label, bytesMax: Self.valueMax)
            line.field(named: "message", shown: event.message.description, bytesMax: Self.messageMax)
            if let error = event.error { line.field(named: "error", shown: "\(error)", bytesMax: Self.valueMax) }
            Self.append(facts, to: &line)
        }
        line.endLine()
        write(line.bytes)
    }

    private static func append(_ metadata: Logger.Metadata, to line: inout JSONWriter) {
        // Room for one more field with its key and both `…`, and for `truncated`.
        let fullAt = lineMax - valueMax - 256
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            guard line.bytes.count < fullAt else { return line.field("truncated", true) }
            line.field(named: reserved.contains(key) ? "_\(key)" : key, shown: "\(value)", bytesMax: valueMax)
        }
    }
}

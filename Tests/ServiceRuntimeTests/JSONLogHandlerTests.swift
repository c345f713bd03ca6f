import Foundation
import Logging
import NIOConcurrencyHelpers
import Testing

@testable import ServiceRuntime

/// Each event is one line that a JSON parser reads back as it was meant, whatever it holds.
@Suite(.timeLimit(.minutes(2))) struct JSONLogHandlerTests {
    private final class Lines: Sendable {
        let all = NIOLockedValueBox<[[UInt8]]>([])
        var last: [UInt8] { all.withLockedValue { $0.last ?? [] } }

        func logger(level: Logger.Level = .trace) -> Logger {
            Logger(label: "router.shell") { label in
                JSONLogHandler(label: label, service: "baton-router", instance: "router-1", level: level) { line in
                    self.all.withLockedValue { $0.append(line) }
                }
            }
        }

        func object() throws -> [String: Any] {
            try #require(last.last == UInt8(ascii: "\n"))
            try #require(!last.dropLast().contains(UInt8(ascii: "\n")))
            return try #require(try JSONSerialization.jsonObject(with: Data(last)) as? [String: Any])
        }
    }

    private struct Failure: Error, CustomStringConvertible { let description = "no route" }

    @Test func aLineSaysWhenWhoAndWhat() throws {
        let lines = Lines()
        var logger = lines.logger()
        logger[metadataKey: "journal"] = "0"
        logger.warning("commit is slow", error: Failure(), metadata: ["ms": "17", "level": "high"])
        let object = try lines.object().mapValues { "\($0)" }
        #expect(object["level"] == "warning")
        #expect(object["service"] == "baton-router")
        #expect(object["instance"] == "router-1")
        #expect(object["logger"] == "router.shell")
        #expect(object["message"] == "commit is slow")
        #expect(object["error"] == "no route")
        #expect(object["journal"] == "0")
        #expect(object["ms"] == "17")
        #expect(object["_level"] == "high")
        #expect(object["time"]?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
    }

    @Test func anyTextComesBackAsItWas() throws {
        let lines = Lines()
        let text = "quote \" backslash \\ line\nreturn\r tab\t null\u{0} escape\u{1b} delete\u{7f} ü 決済 👍 \u{2028}"
        lines.logger().info("\(text)", metadata: ["\"key\n": "\(text)"])
        let object = try lines.object()
        #expect(object["message"] as? String == text)
        #expect(object["\"key\n"] as? String == text)
    }

    /// Control characters, ends of lines, marks that turn the direction of writing or are not to be seen: read back as
    /// they were, and not in the line.
    @Test(
        arguments: [
            "\u{0}", "\u{7}", "\u{1B}", "\u{7F}", "\u{85}", "\u{9B}", "\u{AD}", "\u{61C}", "\u{200B}", "\u{200E}",
            "\u{200F}",
            "\u{2028}", "\u{2029}", "\u{202A}", "\u{202E}", "\u{2066}", "\u{2069}", "\u{FEFF}", "\u{E0041}",
        ] as [Unicode.Scalar])
    func nothingInALineActs(scalar: Unicode.Scalar) throws {
        let lines = Lines()
        let text = "a\(scalar)b"
        lines.logger().info("\(text)", metadata: ["\(text)": "\(text)", "list": ["\(text)"]])
        #expect(!String(decoding: lines.last, as: UTF8.self).unicodeScalars.contains(scalar))
        let object = try lines.object()
        #expect(object["message"] as? String == text)
        #expect(object[text] as? String == text)
    }

    @Test func joinersAreSpelling() {
        let lines = Lines()
        lines.logger().info("👩\u{200D}🍳")
        #expect(String(decoding: lines.last, as: UTF8.self).contains("👩\u{200D}🍳"))
    }

    @Test func aLineIsNeverLongerThanItsBound() throws {
        let lines = Lines()
        let long = String(repeating: "\u{1}é", count: 20_000)
        let metadata = Dictionary(
            uniqueKeysWithValues: (0..<100).map { ("\($0)\(long)", "\(long)" as Logger.MetadataValue) })
        lines.logger().info("\(long)", error: Failure(), metadata: metadata)
        #expect(lines.last.count <= JSONLogHandler.lineMax)
        let object = try lines.object()
        #expect(object["truncated"] as? Bool == true)
        #expect((object["message"] as? String)?.hasSuffix("…") == true)
    }

    @Test func whatIsBelowTheLevelIsNotWritten() {
        let lines = Lines()
        lines.logger(level: .warning).info("chatter")
        #expect(lines.last.isEmpty)
    }

    @Test func theTimeIsThatOfTheCalendar() {
        #expect(Timestamp(milliseconds: 0).description == "1970-01-01T00:00:00.000Z")
        #expect(Timestamp(milliseconds: 951_782_399_999).description == "2000-02-28T23:59:59.999Z")
        #expect(Timestamp(milliseconds: 951_782_400_007).description == "2000-02-29T00:00:00.007Z")
    }
}

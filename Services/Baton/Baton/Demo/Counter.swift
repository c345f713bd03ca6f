import CodePictures
import Foundation
import RelayDomain
import Sealing
import ServiceRuntime

/// A relay terminal on its counter, as merchant and customer use it: keyboard, scanner, display and tag.
struct Counter: Sendable {
    let terminal: Shop.Terminal
    private let home: Home
    private let keyboard: KeyboardPipe
    private let log: String

    init(_ terminal: Shop.Terminal, home: Home, log: String) {
        self.terminal = terminal
        self.home = home
        self.log = log
        keyboard = KeyboardPipe(terminal.id.text, in: home)
    }

    /// Such as `counter-2 (paired with till-1)`.
    var place: String { "\(terminal.id) (\(terminal.pairedWith.map { "paired with \($0)" } ?? "unpaired"))" }

    /// What a phone's camera reads at the terminal.
    func tag() throws -> Tag { try Tag.read(picture: "\(home.path)/tags/\(terminal.id).png") }

    /// The merchant enters the amount before the tap or scan, and looks at the display: while the terminal is busy with
    /// the previous customer, it accepts none.
    /// - Throws: ``OperatorError``, `CancellationError`.
    func key(_ amount: Amount, within limit: Duration) async throws {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            let seen = display().count
            try type("amount \(amount)")
            var line: String?
            while line == nil, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(1))
                line = display().dropFirst(seen).first { $0.contains("\(amount)") }
            }
            if line?.contains("was not used") != true { return }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// The terminal's scanner reads the code that the phone shows, as a picture, and its display shows the outcome.
    /// - Returns: the transaction; nil if the relay did not accept it, or nothing was shown in time.
    func scan(_ code: Secret, within limit: Duration) async throws -> (transaction: String?, display: String) {
        let picture = "\(home.path)/tags/phone-\(UUID().uuidString.prefix(8)).png"
        defer { try? FileManager.default.removeItem(atPath: picture) }
        try Data(QRPicture.picture(of: code.exposed).png()).write(to: URL(fileURLWithPath: picture))
        chmod(picture, 0o600)
        let seen = display().count
        try type("scan picture \(picture)")
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            if let line = display().dropFirst(seen).last(where: Self.isFinal) {
                let parts = line.components(separatedBy: "(transaction ")
                return (parts.count == 2 ? String(parts[1].dropLast()) : nil, line)
            }
            try await Task.sleep(for: .milliseconds(1))
        }
        return (nil, "the display shows no outcome")
    }

    private static func isFinal(_ line: String) -> Bool {
        ["APPROVED", "DECLINED", "HANDED OVER", "FAILED", "refused", "NO ANSWER"].contains(where: line.hasPrefix)
    }

    /// Everything that the display has shown so far. The log's other lines are JSON.
    private func display() -> [String] {
        let text = String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self)
        return text.split(separator: "\n").filter { !$0.hasPrefix("{") }.map(String.init)
    }

    private func type(_ line: String) throws {
        guard keyboard.type(line) else { throw OperatorError.file(path: keyboard.path, reason: "no process reads it") }
    }
}

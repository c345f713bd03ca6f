/// One opening of a POS program's input window. An entered code belongs to one opening: a window that closes and opens
/// again under the same name has another one.
public struct WindowOpening: Hashable, Sendable {
    /// The most bytes of each of the two names, as UTF-8.
    public static let bytesMax = 64

    /// The POS program's name for the window.
    public let window: String
    /// The POS program's number for this opening, which is never used again.
    public let serial: String

    /// - Returns: nil if a name is empty or longer than ``bytesMax``.
    public init?(window: String, serial: String) {
        let bounds = 1...Self.bytesMax
        guard bounds.contains(window.utf8.count), bounds.contains(serial.utf8.count) else { return nil }
        self.window = window
        self.serial = serial
    }
}

/// A refusal, with facts for the refused party.
public struct Refused: Hashable, Sendable {
    public let refusal: Refusal
    /// How long the device has been busy with another transaction; at most ``busyMax``.
    public let busyFor: Duration?
    /// Longer times are reported as this.
    public static let busyMax = Duration.seconds(86_400)
    /// A sentence for a person, if the code alone does not explain it.
    public let detail: String?
    /// The field of the message at fault, such as `amount`.
    public let field: String?

    public init(_ refusal: Refusal, busyFor: Duration? = nil, detail: String? = nil, field: String? = nil) {
        self.refusal = refusal
        self.busyFor = busyFor.map { min($0, Self.busyMax) }
        self.detail = detail
        self.field = field
    }
}

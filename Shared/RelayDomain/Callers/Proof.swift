/// How a claim of a session shows that the device is the one that it names. A router judges it before it grants the
/// session.
public enum Proof: Hashable, Sendable {
    /// Nothing is proven: device and gateway are taken at their word.
    case unproven
}

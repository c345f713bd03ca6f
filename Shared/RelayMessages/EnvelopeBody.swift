import SwiftProtobuf

/// The generated type of everything that an envelope can carry.
public typealias WireBody = Baton_V1_Envelope.OneOf_Body

/// What may pass on one link in one direction: made from an envelope's body, and turned into one.
///
/// This is where the wire's types end: inside, a value that exists is valid.
public protocol EnvelopeBody: Sendable {
    /// - Throws: ``WireError`` if the body is none of this link's, or its fields cannot mean one message.
    init(wire: WireBody) throws(WireError)
    var wire: WireBody { get }
}

/// Why an envelope's body means nothing here. Sending it again cannot help.
public enum WireError: Error, Hashable, Sendable {
    /// This link does not carry such a body in this direction.
    case unexpected(String)
    /// A field that must be there is absent.
    case missing(String)
    /// A field's value is out of its bounds.
    case outOfBounds(String)
}

/// The envelope's versions that this build speaks.
public enum WireVersion {
    public static let current: UInt32 = 1
}

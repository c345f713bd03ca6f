/// The bounds of a JSON text, except its length, which the receiver limits.
public struct JSONLimits: Hashable, Sendable {
    /// The deepest nesting that is accepted.
    public let depthMax: Int
    /// Fields of one object. Each name is compared with those before it.
    public let fieldsMax: Int
    /// Elements of one array.
    public let elementsMax: Int

    /// Bounds of one kind of text.
    public init(depthMax: Int, fieldsMax: Int, elementsMax: Int) {
        self.depthMax = depthMax
        self.fieldsMax = fieldsMax
        self.elementsMax = elementsMax
    }

    /// For bodies of requests and answers.
    public static let document = JSONLimits(depthMax: 32, fieldsMax: 128, elementsMax: .max)
}

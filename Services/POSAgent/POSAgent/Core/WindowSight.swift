/// What a driver saw of an opening, without the field's text. See ``WindowState``.
public enum WindowSight: Hashable, Sendable {
    case open(Field, sale: Sale?)
    case closed
    case sent
    case unknown

    public enum Field: Hashable, Sendable {
        case empty
        /// Exactly the code, byte by byte.
        case code
        case other
    }
}

/// First in, first out; removing costs the same however long it is.
struct Queue<Element> {
    private var elements: [Element] = []
    private var head = 0

    var first: Element? { head < elements.count ? elements[head] : nil }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func removeFirst() {
        head += 1
        guard head >= 1_024, head * 2 >= elements.count else { return }
        elements.removeFirst(head)
        head = 0
    }

    /// From the newest to the oldest.
    func reversed() -> ReversedCollection<ArraySlice<Element>> { elements[head...].reversed() }
}

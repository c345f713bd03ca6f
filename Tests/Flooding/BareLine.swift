import Foundation

/// One connection that sends raw bytes. It never blocks.
struct BareLine {
    enum Turn {
        /// It was accepted, or has sent its bytes once more.
        case said
        /// Nothing new: there is no room, or nothing left to send.
        case quiet
        /// It is closed, by either side.
        case lost
    }

    private var file: Int32 = -1
    private var isConnected = false
    /// The bytes being sent; nil once there is nothing more to send.
    private var rest: ArraySlice<UInt8>?

    /// Connects if it is new, sends what there is room for, and drops what it receives.
    mutating func turn(at place: Place, _ first: [UInt8], _ manner: Flood.Manner) -> Turn {
        if file < 0 {
            file = place.open()
            rest = first[...]
        }
        guard file >= 0, hears() else { return end() }
        guard isConnected else {
            isConnected = isThere
            return isConnected ? .said : .quiet
        }
        guard let saying = rest else { return .quiet }
        guard let left = say(saying) else { return end() }
        rest = left
        guard left.isEmpty else { return .quiet }
        switch manner {
        case .staysSilent: rest = nil
        case .goesOn(let words): rest = words[...]
        case .leaves: return end()
        }
        return .said
    }

    /// Closes at once: unsent bytes are lost, and the port is free again.
    func hangUp() {
        guard file >= 0 else { return }
        var atOnce = linger(l_onoff: 1, l_linger: 0)
        setsockopt(file, SOL_SOCKET, SO_LINGER, &atOnce, socklen_t(MemoryLayout<linger>.size))
        close(file)
    }

    private func end() -> Turn {
        hangUp()
        return .lost
    }

    /// Whether the connection was accepted.
    private var isThere: Bool {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(file, $0, &length) == 0 }
        }
    }

    /// - Returns: the bytes without room; nil if the connection is closed.
    private func say(_ words: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        var words = words
        while !words.isEmpty {
            let count = words.withUnsafeBytes { send(file, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return errno == EAGAIN ? words : nil }
            words = words.dropFirst(count)
        }
        return words
    }

    /// - Returns: whether the connection is still open.
    private func hears() -> Bool {
        var bytes = [UInt8](repeating: 0, count: 4_096)
        for _ in 0..<64 {
            let count = recv(file, &bytes, bytes.count, 0)
            if count > 0 { continue }
            return count < 0 && (errno == EAGAIN || errno == ENOTCONN)
        }
        return true
    }
}

import HTTPEdge
import NIOCore
import Testing

@Suite(.timeLimit(.minutes(2))) struct ConnectionBookTests {
    private func network(_ address: String) throws -> PeerNetwork {
        PeerNetwork(try SocketAddress(ipAddress: address, port: 1))
    }

    private func book(
        most: Int = 4, strangersMax: Int = 4, perAddressMax: Int = 100, countsKnown: Bool = true
    ) -> ConnectionBook {
        ConnectionBook(
            .init(
                most: most, strangersMax: strangersMax, perAddressMax: perAddressMax, countsKnown: countsKnown))
    }

    @Test func theOldestStrangerMakesRoom() throws {
        var book = book()
        let here = try network("192.0.2.1")
        for number in 1...4 { #expect(book.admit(from: here) == .admitted(UInt64(number), insteadOf: nil)) }
        book.becameKnown(1)
        #expect(book.admit(from: here) == .admitted(5, insteadOf: 2))
        #expect(book.count == 4)
        #expect(book.strangers == 3)
        book.remove(2)  // It closes only now.
        #expect(book.count == 4)
    }

    @Test func strangersNeverTakeTheRoomOfTheKnown() throws {
        var book = book(most: 100, strangersMax: 2)
        let here = try network("192.0.2.1")
        var evicted = 0
        for _ in 0..<50 {
            if case .admitted(_, insteadOf: .some) = book.admit(from: here) { evicted += 1 }
        }
        #expect(evicted == 48)
        #expect(book.count == 2)
    }

    @Test func whereAllAreKnownThereIsNoRoom() throws {
        var book = book(most: 2)
        let here = try network("192.0.2.1")
        for number in 1...2 as ClosedRange<UInt64> {
            _ = book.admit(from: here)
            book.becameKnown(number)
            book.becameKnown(number)
        }
        #expect(!book.hasRoom)
        #expect(book.admit(from: here) == .full)
        book.remove(1)
        #expect(book.hasRoom)
        #expect(book.admit(from: here) == .admitted(3, insteadOf: nil))
    }

    /// One request each, from many addresses: it is no place for good.
    @Test func whereAllAreKnownTheOneThatRestsForLongestMakesRoom() throws {
        var book = book(most: 4, strangersMax: 2)
        let here = try network("192.0.2.1")
        for number in 1...4 as ClosedRange<UInt64> {
            _ = book.admit(from: here)
            book.becameKnown(number)
            book.rests(number)
        }
        book.isBusy(1)
        book.isBusy(2)
        book.rests(2)
        #expect(book.admit(from: here) == .admitted(5, insteadOf: 3))
        #expect(book.admit(from: here) == .admitted(6, insteadOf: 4))
        #expect(book.admit(from: here) == .admitted(7, insteadOf: 5), "strangers have what is theirs")
        book.becameKnown(6)
        #expect(book.admit(from: here) == .admitted(8, insteadOf: 2))
        #expect(book.admit(from: here) == .admitted(9, insteadOf: 7))
        for number in 8...9 as ClosedRange<UInt64> { book.becameKnown(number) }
        #expect(!book.hasRoom, "1, 6, 8 and 9 wait for answers")
        book.rests(6)
        #expect(book.hasRoom && book.count == 4 && book.strangers == 0)
    }

    @Test func whoRestsIsNoStranger() throws {
        var book = book(most: 2)
        _ = book.admit(from: try network("192.0.2.1"))
        book.rests(1)  // It has said nothing that is a request.
        book.rests(9)
        #expect(book.strangers == 1)
        book.becameKnown(1)
        _ = book.admit(from: try network("192.0.2.1"))
        #expect(book.admit(from: try network("192.0.2.1")) == .admitted(3, insteadOf: 2))
    }

    @Test func anAddressHasItsShare() throws {
        var book = book(most: 10, perAddressMax: 2)
        let (here, there) = (try network("192.0.2.1"), try network("192.0.2.2"))
        _ = book.admit(from: here)
        _ = book.admit(from: here)
        book.becameKnown(1)
        #expect(book.admit(from: here) == .tooManyOfAddress)
        #expect(book.admit(from: there) == .admitted(3, insteadOf: nil))
        book.remove(1)
        #expect(book.admit(from: here) == .admitted(4, insteadOf: nil))
    }

    @Test func whoIsKnownNeedNotCountForHisAddress() throws {
        var book = book(most: 10, perAddressMax: 1, countsKnown: false)
        let here = try network("192.0.2.1")
        for number in 1...5 as ClosedRange<UInt64> {
            #expect(book.admit(from: here) == .admitted(number, insteadOf: nil))
            #expect(book.admit(from: here) == .tooManyOfAddress)
            book.becameKnown(number)
        }
        for number in 1...5 as ClosedRange<UInt64> { book.remove(number) }
        #expect(book.count == 0)
        #expect(book.admit(from: here) == .admitted(6, insteadOf: nil))
    }

    @Test func aNetworkOfIPv6CountsAsOneAddress() throws {
        #expect(try network("2001:db8::1") == network("2001:db8::ffff:1"))
        #expect(try network("2001:db8::1") != network("2001:db8:0:1::1"))
        #expect(try network("::ffff:192.0.2.1") == network("192.0.2.1"))
        #expect(try network("192.0.2.1") != network("192.0.2.2"))
    }
}

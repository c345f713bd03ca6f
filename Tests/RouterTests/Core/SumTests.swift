import RelayDomain
import RouterTesting
import Testing

@testable import Router

/// Whose sum a command carries, and what may be a sum at all.
@Suite(.timeLimit(.minutes(2))) struct SumTests {
    @Test func theMerchantsSumRidesInTheCommandAndSaysWhoseItIs() throws {
        var world = World()
        world.call(.terminal(World.paired), .scan(scannedCode(amount: euros(999)), at: world.now))
        let command = try #require(world.commands.first)
        #expect(command.amount == euros(999) && command.amountOf == .merchant)
        world.restart()
        world.call(.terminal(World.paired), .scan(scannedCode(amount: euros(999)), at: world.now))
        #expect(world.commands == [command], "the journal remembers whose it was")
    }

    /// What the operator asks of a counter holds where no destination asks for it.
    @Test func aScanBringsASumWhereTheOperatorWantsOne() throws {
        var world = World()
        var shop = World.registry.shop
        shop.terminals = shop.terminals.map { Shop.Terminal(id: $0.id, pairedWith: $0.pairedWith, sum: .required) }
        world.step(.registryChanged(try Registry(shop, version: 2)))
        for (terminal, code) in [(World.alone, 1), (World.paired, 2)] as [(TerminalID, UInt8)] {
            let device = Device.terminal(terminal)
            let reply = world.call(device, .scan(scannedCode(code: code), at: world.now))
            #expect(reply == .refused(Refused(.amountRequired)))
            let accepted = world.log.transactions.count
            world.call(device, .scan(scannedCode(code: code, amount: euros(100)), at: world.now))
            #expect(world.log.transactions.count == accepted + 1, "the same scan with a sum is taken")
        }
    }

    @Test func aPhonesSumIsThePhones() throws {
        var world = World()
        world.submit(world.submission(at: World.paired, amount: euros(999)))
        let command = try #require(world.commands.first)
        #expect(command.amount == euros(999) && command.amountOf == .phone)
        world.submit(world.submission(key: "key-2", code: 2))
        #expect(world.commands.first?.amountOf == nil)
    }

    @Test func aSumThatTheOperationDoesNotCountIsRefusedBeforeAnythingLeaves() throws {
        let refused = Refused(.malformed, field: "amount")
        var world = World()
        for submission in [
            world.submission(amount: stars(100)), world.submission(amount: euros(0)),
            world.submission(application: World.points, operation: .accrue, amount: euros(100)),
        ] {
            let phone = world.submit(submission)
            #expect(world.answer(to: phone) == .refused(refused))
        }
        for amount in [stars(100), euros(0)] {
            let scan = DeviceCall.scan(scannedCode(amount: amount), at: world.now)
            #expect(world.call(.terminal(World.alone), scan) == .refused(refused))
        }
        #expect(world.log.transactions.isEmpty)

        world.submit(world.submission())
        let command = try #require(world.commands.first)
        for amount in [stars(100), euros(0)] {
            let submit = DeviceCall.submit(command.id, command.sealed, amount: amount, at: world.now)
            #expect(world.call(.terminal(World.alone), submit) == .refused(refused))
        }
        #expect(world.everyRequest.isEmpty)
        let submit = DeviceCall.submit(command.id, command.sealed, amount: euros(100), at: world.now)
        world.call(.terminal(World.alone), submit)
        #expect(world.everyRequest.map(\.amount) == [euros(100)], "it may still be said right")
    }
}

using Engagement.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.AgentsConsole;

/// <summary>Anna at her desk in conversation with a visitor whom the engine invited, and the visitor's end of it.</summary>
internal sealed record ConsoleTalk(ConsoleDesk Desk, ConsoleVisitor Visitor, VisitorSocket Page) : IAsyncDisposable
{
    public static async Task<ConsoleTalk> BeginAsync(IBrowserContext person, ServerProcess server)
    {
        var desk = await ConsoleDesk.SignInAsync(person, server.Address);
        await desk.BecomeAvailableAsync();
        var visitor = await ConsoleVisitor.ComeAsync(server);
        await visitor.FlounderAsync();
        await visitor.AcceptAsync();
        var page = await VisitorSocket.JoinAsync(server.Address, visitor.Token, visitor.Invitation);
        await desk.Rows.First.ClickAsync();
        await desk.ClaimButton.ClickAsync();
        await Expect(desk.Talk).ToContainTextAsync("You have joined.");
        return new ConsoleTalk(desk, visitor, page);
    }

    public ValueTask DisposeAsync() => Page.DisposeAsync();
}

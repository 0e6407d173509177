namespace Hosts.Tests.Engine;

/// <summary>A visitor whom the door has marked as no human.</summary>
public sealed class NotHumanTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Session_OfWhoIsNoHuman_IsNeitherAssessedNorOffered()
    {
        await using var engine = await RunningEngine.StartAsync(_folder.File("storage.db"), new ManualTimeProvider(), TestSites.Live());
        await engine.AgentAsync();
        await engine.SendAsync("robot", "page_viewed", new { page = new { url = "https://help.example/", language = "en" }, privacy = new { bot = true } });
        await engine.FlounderAsync("robot");
        Assert.Null(await engine.OfferOfAsync("robot"));
        Assert.Equal("unknown", (string)(await engine.ShouldEngageAsync("robot"))["state"]!);

        await engine.FlounderAsync("v1");
        Assert.NotNull(await engine.OfferOfAsync("v1"));
    }
}

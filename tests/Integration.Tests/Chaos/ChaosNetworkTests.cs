using System.Diagnostics;
using Engagement.Testing;
using Xunit.Abstractions;

namespace Integration.Tests.Chaos;

/// <summary>That a cut cuts, and that it heals: else the chaos tests would show nothing.</summary>
[Collection(ChaosCollection.Name)]
public sealed class ChaosNetworkTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Cut_BetweenTwoParties_LetsNothingPassUntilHealed()
    {
        if (await ChaosNetwork.RefusalAsync() is { } refusal)
        {
            output.WriteLine($"not tested: {refusal}");
            return;
        }
        await using var network = await ChaosNetwork.CreateAsync("server", "near", "far");
        await using var redis = await RedisServer.StartAsync(new RedisServerSettings { Place = network.PlaceOf("server") });
        Assert.True(await ReachesAsync("near"));

        await network.CutAsync("near", "server");
        Assert.False(await ReachesAsync("near"));
        Assert.True(await ReachesAsync("far"));
        await network.HealAsync("near", "server");
        Assert.True(await ReachesAsync("near"));

        await network.IsolateAsync("server");
        Assert.False(await ReachesAsync("near"));
        Assert.False(await ReachesAsync("far"));
        await network.RejoinAsync("server");
        Assert.True(await ReachesAsync("far"));

        async Task<bool> ReachesAsync(string party)
        {
            using var cli = Process.Start(network.PlaceOf(party).Starting("timeout", "1", "redis-cli", "-h", network.PlaceOf("server").Address, "-p", $"{redis.Port}", "PING"))!;
            var said = await cli.StandardOutput.ReadToEndAsync();
            await cli.WaitForExitAsync();
            return said.Contains("PONG", StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Create_AfterARunThatCrashed_RemovesWhatItLeft()
    {
        if (await ChaosNetwork.RefusalAsync() is not null) return;
        // No process has this id.
        await RunAsync("ip", "netns", "add", "engagement-chaos-4194303-hub");
        await using (await ChaosNetwork.CreateAsync()) { }
        Assert.DoesNotContain("engagement-chaos-4194303", await RunAsync("ip", "netns", "list"), StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(params string[] words)
    {
        using var process = Process.Start(new ProcessStartInfo(words[0], words.Skip(1)) { RedirectStandardOutput = true })!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return said;
    }
}

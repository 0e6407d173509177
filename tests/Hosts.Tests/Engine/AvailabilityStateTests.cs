using Engagement.Core.Contracts;
using Engagement.Engine.Agents;
using Microsoft.Extensions.DependencyInjection;

namespace Hosts.Tests.Engine;

/// <summary>What a node remembers of free agents, and when it asks again.</summary>
public sealed class AvailabilityStateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task NobodyFree_SaidByTheStore_HoldsUntilItIsAskedAgainAndThenTellsWhoIsFree()
    {
        await using var engine = await RunningEngine.StartAsync(_folder.File("engagement.db"));
        await engine.AgentAsync();
        var state = engine.Services.GetRequiredService<AvailabilityState>();
        Assert.Equal(new AgentAvailability(1, 2), await state.RefreshAsync("demo", default));
        var freed = 0;
        state.Freed += site => freed += site == "demo" ? 1 : 0;

        state.NobodyFree("demo");
        Assert.Equal(new AgentAvailability(1, 0), await state.GetAsync("demo", default));
        Assert.Equal(0, freed);

        engine.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(new AgentAvailability(1, 2), await state.GetAsync("demo", default));
        Assert.Equal(1, freed);
    }
}

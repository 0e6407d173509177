using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Engagement.Testing;

namespace Integration.Tests.Cluster;

/// <summary>Kafka or Redis away, for real: what a node still does, what it says of it, and that it goes on by itself.</summary>
public sealed class OutageTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task KafkaAway_EventsAreTakenAndDecidedWhenItIsBack()
    {
        await using var collector = await cluster.StartNodeAsync("collector");
        await using var engine = await cluster.StartNodeAsync("engine");
        var before = ClusterVisitor.Named("before");
        await before.FlounderAsync(collector);
        await engine.CaughtUpAsync(Patience);

        await cluster.Kafka.StopAsync();
        await using var back = new Finally(cluster.Kafka.RestartAsync);
        var during = ClusterVisitor.Named("during");
        await during.FlounderAsync(collector);
        var (status, dependencies) = await ReadyAsync(collector);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("degraded", dependencies["event_spool"]);
        Assert.Equal("degraded", dependencies["event_log"]);
        // A collector that starts now takes events, too: its log need not be there.
        await using (var late = await cluster.StartNodeAsync("collector"))
        {
            await before.FlounderAsync(late);
            var code = await late.StopAsync();
            Assert.True(code == 0, $"exit code {code}:{Environment.NewLine}{late.Log}");
            await back.DisposeAsync();
            await late.StartAgainAsync();
            await UntilOkAsync(late, "event_spool");
        }
        await UntilOkAsync(collector, "event_spool");
        await UntilAsync(async () =>
        {
            using var answer = await engine.GetJsonAsync($"/v1/should-engage?visitor={during.Id}");
            return answer.RootElement.GetProperty("state").GetString() == "floundering";
        }, "the visitor who came meanwhile is decided");
    }

    [Fact]
    public async Task RedisAway_AsksAreAnsweredEventsTakenAndTheEngineSaysWhich()
    {
        await using var collector = await cluster.StartNodeAsync("collector");
        await using var engine = await cluster.StartNodeAsync("engine");
        await cluster.Redis.StopAsync();
        await ClusterVisitor.Named("redisless").FlounderAsync(collector);
        Assert.Equal(HttpStatusCode.OK, (await ReadyAsync(collector)).Status);
        var (status, dependencies) = await ReadyAsync(engine);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "unavailable"), (status, dependencies["delivery_store"]));
        using (var answer = await engine.GetJsonAsync("/v1/should-engage?visitor=redisless"))
            Assert.Contains("unavailable", answer.RootElement.GetProperty("blockers").EnumerateArray().Select(b => b.GetProperty("code").GetString()));

        await cluster.Redis.StartAgainAsync();
        await UntilOkAsync(engine, "delivery_store");
        await UntilAsync(async () =>
        {
            using var answer = await engine.GetJsonAsync("/v1/should-engage?visitor=redisless");
            return answer.RootElement.GetProperty("state").GetString() == "floundering";
        }, "the visitor who came meanwhile is decided");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RedisStoppedOrFrozen_ShouldEngage_SaysSoWithinItsDeadlineAndGoesOnByItself(bool frozen)
    {
        await using var node = await cluster.StartNodeAsync("all");
        var visitor = ClusterVisitor.Named($"asked-{frozen}");
        await visitor.FlounderAsync(node);
        await UntilAsync(() => IsFlounderingAsync(node, visitor.Id), "the visitor is decided");
        for (var ask = 0; ask < 50; ask++) await AskAsync(node, visitor.Id);

        await (frozen ? cluster.Redis.FreezeAsync() : cluster.Redis.StopAsync());
        try
        {
            // A busy machine may be late with any of them; of one round in ten nine tenths must be in time.
            var inTime = 0;
            for (var round = 0; round < 10 && inTime < 18; round++)
            {
                inTime = 0;
                for (var ask = 0; ask < 20; ask++)
                {
                    var (engage, blockers, took) = await AskAsync(node, visitor.Id);
                    Assert.False(engage);
                    Assert.Equal("unavailable", Assert.Single(blockers));
                    if (took <= AnswerWithin) inTime++;
                }
            }
            Assert.True(inTime >= 18, $"{inTime} of 20 within {AnswerWithin}");
        }
        finally
        {
            await (frozen ? cluster.Redis.ThawAsync() : cluster.Redis.StartAgainAsync());
        }
        await UntilAsync(async () => !(await AskAsync(node, visitor.Id)).Blockers.Contains("unavailable"), "answers are from Redis again");
        // It may have come back empty: what a session is stands there again with its next event.
        await visitor.FlounderAsync(node);
        await UntilAsync(() => IsFlounderingAsync(node, visitor.Id), "the visitor is decided again");
        Assert.Equal(0, await node.StopAsync());
    }

    /// <summary>Does once what must be done however the test goes on: others of the class share the broker.</summary>
    private sealed class Finally(Func<Task> last) : IAsyncDisposable
    {
        private bool _done;

        public async ValueTask DisposeAsync()
        {
            if (!Interlocked.Exchange(ref _done, true)) await last();
        }
    }

    private static async Task<bool> IsFlounderingAsync(ServerProcess node, string visitor)
    {
        using var answer = await node.GetJsonAsync($"/v1/should-engage?visitor={visitor}");
        return answer.RootElement.GetProperty("state").GetString() == "floundering";
    }

    /// <summary>Throws unless it is answered with 200.</summary>
    private static async Task<(bool Engage, string[] Blockers, TimeSpan Took)> AskAsync(ServerProcess node, string visitor)
    {
        var clock = Stopwatch.StartNew();
        using var answer = await node.GetJsonAsync($"/v1/should-engage?visitor={visitor}");
        var took = clock.Elapsed;
        return (answer.RootElement.GetProperty("engage").GetBoolean(),
            [.. answer.RootElement.GetProperty("blockers").EnumerateArray().Select(b => b.GetProperty("code").GetString()!)], took);
    }

    private static Task UntilOkAsync(ServerProcess node, string name) =>
        UntilAsync(async () => (await ReadyAsync(node)).Dependencies[name] == "ok", $"{name} is ok again");

    private static async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        for (var clock = Stopwatch.StartNew(); !await holds(); await Task.Delay(50))
            if (clock.Elapsed > Patience) throw new TimeoutException($"Not within {Patience}: {what}");
    }

    private static async Task<(HttpStatusCode Status, Dictionary<string, string> Dependencies)> ReadyAsync(ServerProcess node)
    {
        using var response = await node.Client.GetAsync("/health/ready");
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return (response.StatusCode, json.RootElement.GetProperty("dependencies").EnumerateArray()
            .ToDictionary(d => d.GetProperty("name").GetString()!, d => d.GetProperty("status").GetString()!, StringComparer.Ordinal));
    }
}

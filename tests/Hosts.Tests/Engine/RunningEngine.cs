using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Engagement.Collector;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Events;
using Engagement.Core.Sites;
using Engagement.Engine;
using Engagement.Engine.Delivery.Embedded;
using Engagement.Engine.Stream;
using Engagement.Engine.Stream.Embedded;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hosts.Tests.Engine;

/// <summary>The engine host on a real storage file and a real server on the loopback, with a clock that tests move.</summary>
public sealed class RunningEngine : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly EmbeddedDatabase _database;
    private readonly Dictionary<string, PresenceRequest> _agents = [];
    private int _events;

    private RunningEngine(WebApplication app, EmbeddedDatabase database, ManualTimeProvider time, StorageFaults faults)
    {
        (_app, _database, Time, Faults) = (app, database, time, faults);
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()), Timeout = TimeSpan.FromSeconds(30) };
    }

    public ManualTimeProvider Time { get; }
    public HttpClient Http { get; }

    /// <summary>What the engine's own log and store are told to fail at; <see cref="Log"/> and <see cref="Store"/> are the real ones behind.</summary>
    public StorageFaults Faults { get; }
    public IEventLog Log { get; private init; } = null!;
    public IDeliveryStore Store { get; private init; } = null!;
    public IServiceProvider Services => _app.Services;
    public EngineState State => _app.Services.GetRequiredService<EngineState>();
    public SiteCatalogSource Sites => _app.Services.GetRequiredService<SiteCatalogSource>();
    public SiteModel Demo => Sites.Current.Find("demo")!;
    public Instant Now => Instant.FromDateTimeOffset(Time.GetUtcNow());

    public static Task<RunningEngine> StartAsync(string file, ManualTimeProvider? time = null, params SiteModel[] sites) =>
        StartAsync(file, time, true, sites);

    public static Task<RunningEngine> StartAsync(string file, ManualTimeProvider? time, bool workers, params SiteModel[] sites) =>
        StartWithAsync(file, time, workers, static _ => { }, sites);

    /// <param name="add">Whatever is to run beside the engine.</param>
    public static async Task<RunningEngine> StartWithAsync(
        string file, ManualTimeProvider? time, bool workers, Action<IServiceCollection> add, params SiteModel[] sites)
    {
        time ??= new ManualTimeProvider();
        if (sites.Length == 0) sites = [TestSites.Live()];
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var database = EmbeddedDatabase.Open(file, time);
        var services = builder.Services;
        services.AddSingleton<TimeProvider>(time);
        services.AddSingleton(new SiteCatalogSource(new SiteCatalog([.. sites], 1)));
        var (log, store, faults) = (new EmbeddedEventLog(database), new EmbeddedDeliveryStore(database), new StorageFaults());
        services.AddSingleton<IEventLog>(new FaultyEventLog(log, faults));
        services.AddSingleton<IDeliveryStore>(new FaultyDeliveryStore(store, faults));
        services.AddEngine(new EngineOptions { RunWorkers = workers });
        add(services);
        var app = builder.Build();
        app.MapEngine();
        if (app.Services.GetService<Engagement.Collector.IntakeLog>() is not null) app.MapCollector();
        await app.StartAsync();
        return new RunningEngine(app, database, time, faults) { Log = log, Store = store };
    }

    /// <summary>An engine on a new file that holds the event log of another and nothing else.</summary>
    public static async Task<RunningEngine> StartOnCopyOfLogAsync(string from, string to, ManualTimeProvider time)
    {
        var records = new List<LogAppend>();
        await using (var database = EmbeddedDatabase.Open(from, time))
        {
            var log = new EmbeddedEventLog(database);
            for (var partition = 0; partition < log.PartitionCount; partition++)
            {
                using var batch = await log.ReadAsync(Topics.Events, partition, 0, 10_000, default);
                for (var i = 0; i < batch.Count; i++) records.Add(new LogAppend(batch[i].Key.ToArray(), batch[i].Value.ToArray(), partition));
            }
        }
        await using (var database = EmbeddedDatabase.Open(to, time))
            Assert.True((await new EmbeddedEventLog(database).AppendAsync(Topics.Events, records, default)).IsDurable);
        return await StartAsync(to, time);
    }

    /// <summary>What a second member of the group works with: the same log and store, a state of its own.</summary>
    public WorkerParts PartsWith(EngineState state) => _app.Services.GetRequiredService<WorkerParts>() with { State = state };

    /// <summary>No console sends its heartbeat any more.</summary>
    public void ForgetAgents() => _agents.Clear();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        Http.Dispose();
        await _app.DisposeAsync();
        await _database.DisposeAsync();
    }

    public VisitorKey KeyOf(string visitor) => VisitorIdentity.KeyOf(Demo, visitor, Now);

    /// <summary>Where the visitor's events lie.</summary>
    public PartitionStatus PartitionOf(string visitor) => State.Of(Murmur2.PartitionOf(RecordKeys.Of("demo", KeyOf(visitor)), Log.PartitionCount));

    public string TokenOf(string visitor) => VisitorIdentity.MintToken(Demo, visitor, Now + TimeSpan.FromHours(2));

    /// <summary>Appends one event as the collector would have written it, a second after the last, and waits until it is decided.</summary>
    public async Task SendAsync(string visitor, string type, object? members = null, string site = "demo", double afterSeconds = 1, string? id = null)
    {
        Time.Advance(TimeSpan.FromSeconds(afterSeconds));
        await RenewAsync();
        await AppendAsync(Record(visitor, type, members, site, id));
        await DecidedAsync();
    }

    public LogAppend Record(string visitor, string type, object? members = null, string site = "demo", string? id = null)
    {
        var at = Time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var key = VisitorIdentity.KeyOf(Sites.Current.Find(site)!, visitor, Now);
        var record = new JsonObject
        {
            ["v"] = 1,
            ["id"] = id ?? $"e{Interlocked.Increment(ref _events)}",
            ["site"] = site,
            ["visitor"] = key.ToString(),
            ["type"] = type,
            ["occurredAt"] = at,
            ["receivedAt"] = at,
        };
        foreach (var (name, value) in JsonSerializer.SerializeToNode(members ?? new { })!.AsObject().ToArray()) record[name] = value?.DeepClone();
        return new LogAppend(RecordKeys.Of(site, key), Encoding.UTF8.GetBytes(record.ToJsonString()));
    }

    public async Task AppendAsync(params LogAppend[] records) => Assert.True((await Log.AppendAsync(Topics.Events, records, default)).IsDurable);

    public Task SearchAsync(string visitor, string query, int results = 0, double afterSeconds = 8) =>
        SendAsync(visitor, "search_performed", new { search = new { query, resultCount = results, scope = "help" } }, afterSeconds: afterSeconds);

    /// <summary>Four similar searches of the help centre, and nothing found.</summary>
    public async Task FlounderAsync(string visitor)
    {
        await SendAsync(visitor, "page_viewed", new { page = new { url = "https://help.example/", title = "Help", language = "en" } });
        foreach (var query in new[] { "return label", "print return label", "return label printer", "where is the return label" }) await SearchAsync(visitor, query);
    }

    public async Task AgentAsync(string agent = "anna", string status = "available", int capacity = 2)
    {
        using var response = await CallAsync(HttpMethod.Put, $"/v1/agents/{agent}/presence", TestSites.AgentToken("demo"), new { status, capacity });
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        _agents[agent] = new PresenceRequest("demo", agent, status == "available" ? PresenceStatus.Available : PresenceStatus.Away, capacity);
    }

    /// <summary>Anna is there, and the visitor, invited, has said yes; the offer.</summary>
    public async Task<string> AcceptedAsync(string visitor = "v1")
    {
        await AgentAsync();
        await FlounderAsync(visitor);
        var id = (await OfferOfAsync(visitor))!.Offer.ToString();
        using var accepted = await CallAsync(HttpMethod.Post, $"/v1/invitations/{id}/answer", TokenOf(visitor), new { answer = "accepted" });
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
        return id;
    }

    /// <summary>In conversation with anna; the offer.</summary>
    public async Task<string> ClaimedAsync(string visitor = "v1")
    {
        var id = await AcceptedAsync(visitor);
        using var claimed = await CallAsync(HttpMethod.Post, $"/v1/cards/{id}/claim", TestSites.AgentToken("demo"), new { agent = "anna" });
        Assert.Equal(HttpStatusCode.OK, claimed.StatusCode);
        return id;
    }

    /// <summary>The heartbeats of agents' consoles.</summary>
    private async Task RenewAsync()
    {
        foreach (var agent in _agents.Values.Where(a => a.Status == PresenceStatus.Available)) await Store.SetPresenceAsync(agent, default);
    }

    public Task<HttpResponseMessage> CallAsync(HttpMethod method, string path, string? credential, object? body = null, string? idempotencyKey = null)
    {
        var request = new HttpRequestMessage(method, path);
        if (credential is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credential);
        if (idempotencyKey is not null) request.Headers.Add("Idempotency-Key", idempotencyKey);
        if (body is not null) request.Content = JsonContent.Create(body);
        return Http.SendAsync(request);
    }

    public async Task<JsonNode> GetAsync(string path, string credential)
    {
        using var response = await CallAsync(HttpMethod.Get, path, credential);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
    }

    public Task<JsonNode> ShouldEngageAsync(string visitor) => GetAsync($"/v1/should-engage?site=demo&visitor={visitor}", TestSites.ApiKey("demo"));

    public Task<JsonNode> StatsAsync() => GetAsync("/v1/stats", TestSites.ApiKey("demo"));

    public async Task<StoredOffer?> OfferOfAsync(string visitor) => await Store.GetOfferOfAsync("demo", KeyOf(visitor), default);

    /// <summary>Waits until every partition is live and at the log's end.</summary>
    public Task DecidedAsync() => UntilAsync(async () =>
    {
        foreach (var status in State.Partitions)
        {
            if (status.Phase is not (WorkerPhase.Live or WorkerPhase.Fenced)) return false;
            if (status.Phase == WorkerPhase.Live && status.Position < (await Log.GetBoundsAsync(Topics.Events, status.Partition, default)).Next) return false;
        }
        return State.Partitions.Count > 0;
    }, () => string.Join("; ", State.Partitions.Select(p => $"{p.Partition} {p.Phase} at {p.Position} {p.Fault}")));

    /// <summary>Her page is open until this is disposed.</summary>
    public IDisposable OpenPage(string visitor) => _app.Services.GetRequiredService<PageStreamState>().Open("demo", KeyOf(visitor));

    /// <summary>Waits likewise while time passes, so that whoever waits before another try gets to it.</summary>
    public Task RecoveredAsync() => UntilAsync(async () =>
    {
        Time.Advance(TimeSpan.FromMilliseconds(5));
        await RenewAsync();
        foreach (var status in State.Partitions)
        {
            if (status.Phase != WorkerPhase.Live || status.Position < (await Log.GetBoundsAsync(Topics.Events, status.Partition, default)).Next) return false;
        }
        return State.Partitions.Count > 0;
    }, () => string.Join("; ", State.Partitions.Select(p => $"{p.Partition} {p.Phase} at {p.Position} {p.Fault}")));

    /// <summary>Lets time pass in steps of a second, so that timers and ticks take their turns.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        for (var left = time; left > TimeSpan.Zero; left -= TimeSpan.FromSeconds(1))
        {
            Time.Advance(left < TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1));
            await RenewAsync();
            await DecidedAsync();
        }
    }

    /// <summary>The first record of events of this type; what a background service writes, it writes when it comes to it. Throws after 10 s.</summary>
    public async Task<JsonNode> RecordOfAsync(string type)
    {
        for (var patience = 500; ; patience--)
        {
            var found = (await ReadAllAsync(Topics.Events)).FirstOrDefault(r => (string?)r["type"] == type);
            if (found is not null) return found;
            Assert.True(patience > 0, $"No record {type}.");
            await Task.Delay(20);
        }
    }

    /// <summary>All records of a topic, by partition and offset.</summary>
    public async Task<List<JsonNode>> ReadAllAsync(string topic)
    {
        var records = new List<JsonNode>();
        for (var partition = 0; partition < Log.PartitionCount; partition++)
        {
            for (long offset = 0; ;)
            {
                using var batch = await Log.ReadAsync(topic, partition, offset, 1_000, default);
                if (batch.Count == 0) break;
                for (var i = 0; i < batch.Count; i++) records.Add(JsonNode.Parse(batch[i].Value.Span)!);
                offset = batch.NextOffset;
            }
        }
        return records;
    }

    public async Task<int> CountAsync(string type) => (await ReadAllAsync(Topics.Events)).Count(r => (string?)r["type"] == type);

    public static async Task UntilAsync(Func<Task<bool>> holds, Func<string>? situation = null)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!await holds())
        {
            Assert.False(deadline.IsCancellationRequested, $"Did not come about in 10 s. {situation?.Invoke()}");
            await Task.Delay(2);
        }
    }
}

using System.Diagnostics.Metrics;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Engagement.Collector;
using Engagement.Collector.Budgets;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Sites;
using Engagement.Engine.Stream.Embedded;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hosts.Tests.Collector;

/// <summary>A collector over Kestrel on a free port of this machine, and the real embedded log behind it.</summary>
public sealed class CollectorHost : IAsyncDisposable
{
    public const string WriteKey = "write-key-of-the-shop";
    public const string ApiKey = "api-key-of-the-shop";
    public const string ReplayKey = "replay-key-of-the-past";
    public const string Origin = "https://shop.example";

    /// <summary>One visitor of a test sends faster than anybody; those who test that give the options of a real collector.</summary>
    private static readonly CollectorOptions s_forTests = new() { SetsBotsApart = false, VisitorEventsPerSecondMax = 1_000_000, VisitorEventsBurstMax = 10_000_000 };

    private readonly TemporaryFolder _folder = new();
    private readonly EmbeddedDatabase _database;
    private readonly WebApplication _app;
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, long> _counts = [];

    private CollectorHost(SiteModel[] sites, CollectorOptions? options, Func<IEventLog, IEventLog>? around, string proxies)
    {
        _database = EmbeddedDatabase.Open(_folder.File("storage.db"), TimeProvider.System);
        Log = new EmbeddedEventLog(_database);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(System.Net.IPAddress.Loopback, 0));
        builder.Services.AddSingleton(around?.Invoke(Log) ?? Log);
        builder.Services.AddSingleton(new SiteCatalogSource(new SiteCatalog([.. sites], 1)));
        builder.Services.AddCollector(options ?? s_forTests);
        _app = builder.Build();
        Assert.True(TrustedProxies.TryParse(proxies, out var networks, out _));
        _app.UseTrustedProxies(networks);
        _app.MapCollector();
        Http = new HttpClient();
    }

    public IEventLog Log { get; }

    /// <summary>What was turned away, by cause.</summary>
    public IReadOnlyDictionary<string, long> Door(string site = "shop") => _app.Services.GetRequiredService<DoorCounters>().Of(site);
    public HttpClient Http { get; }

    public static async Task<CollectorHost> StartAsync(
        SiteModel[]? sites = null, CollectorOptions? options = null, Func<IEventLog, IEventLog>? around = null, string proxies = "")
    {
        var host = new CollectorHost(sites ?? [Shop()], options, around, proxies);
        await host._app.StartAsync();
        host.Http.BaseAddress = new Uri(host._app.Urls.First());
        var meters = host._app.Services.GetRequiredService<IMeterFactory>();
        host._listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == CollectorMetrics.MeterName && ReferenceEquals(instrument.Meter.Scope, meters)) listener.EnableMeasurementEvents(instrument);
        };
        host._listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
        {
            lock (host._counts) host._counts[instrument.Name] = host._counts.GetValueOrDefault(instrument.Name) + value;
        });
        host._listener.Start();
        return host;
    }

    public static SiteModel Shop(
        ConsentRule consent = ConsentRule.NotRequired, SiteMode mode = SiteMode.Live, string[]? origins = null, string[]? neverRead = null, KeySender sender = KeySender.Browser,
        DoorLists? door = null, string[]? onlyRead = null) => new()
        {
            Id = "shop", Mode = mode, Consent = consent, Origins = [.. origins ?? [Origin]], PagesNeverRead = [.. neverRead ?? []],
            Keys = [Key(KeyRole.Write, WriteKey) with { Sender = sender }, Key(KeyRole.Api, ApiKey)], Secret = new SiteSecret(new byte[32]),
            Door = door ?? DoorLists.All, PagesOnlyRead = [.. onlyRead ?? []],
        };

    public static SiteModel Past() => new()
    {
        Id = "past", Mode = SiteMode.Live, Clock = SiteClock.Log, Consent = ConsentRule.NotRequired,
        Keys = [Key(KeyRole.Replay, ReplayKey)], Secret = new SiteSecret(new byte[32]),
    };

    public static SiteKey Key(KeyRole role, string key, bool isDemo = false) => new(role, [.. SHA256.HashData(Encoding.UTF8.GetBytes(key))], isDemo);

    /// <summary>Sum of a counter, such as <c>accepted</c>.</summary>
    public long Count(string name)
    {
        lock (_counts) return _counts.GetValueOrDefault($"engagement.collector.events.{name}");
    }

    public Task<HttpResponseMessage> SendAsync(string body, string contentType = "application/json", string key = WriteKey, Action<HttpRequestMessage>? more = null) =>
        SendAsync(Encoding.UTF8.GetBytes(body), contentType, key, more);

    public async Task<HttpResponseMessage> SendAsync(byte[] body, string contentType = "application/json", string key = WriteKey, Action<HttpRequestMessage>? more = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/events") { Content = new ByteArrayContent(body) };
        if (contentType.Length > 0) request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        if (key.Length > 0) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        more?.Invoke(request);
        return await Http.SendAsync(request);
    }

    public static async Task<JsonNode> JsonOf(HttpResponseMessage response) => JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

    /// <summary>Everything a topic holds: key and value.</summary>
    public async Task<List<(string Key, JsonNode Value)>> ReadAsync(string topic)
    {
        var records = new List<(string, JsonNode)>();
        for (var partition = 0; partition < Log.PartitionCount; partition++)
        {
            long offset = 0;
            while (true)
            {
                using var batch = await Log.ReadAsync(topic, partition, offset, 10_000, CancellationToken.None);
                if (batch.Count == 0) break;
                for (var i = 0; i < batch.Count; i++)
                {
                    records.Add((Encoding.UTF8.GetString(batch[i].Key.Span), JsonNode.Parse(batch[i].Value.Span)!));
                }
                offset = batch.NextOffset;
            }
        }
        return records;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _listener.Dispose();
        await _app.DisposeAsync();
        await Log.DisposeAsync();
        await _database.DisposeAsync();
        _folder.Dispose();
    }
}

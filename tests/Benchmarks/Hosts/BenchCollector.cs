using System.Security.Cryptography;
using System.Text;
using Engagement.Collector;
using Engagement.Core.Contracts;
using Engagement.Core.Sites;
using Engagement.Engine.Stream.Embedded;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Benchmarks.Hosts;

/// <summary>The collector alone, with no engine behind it, over Kestrel and the real embedded log; in this process, beside the load.</summary>
internal sealed class BenchCollector : IAsyncDisposable
{
    public const string WriteKey = "benchmark-write-key";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("engagement-collect-");
    private readonly EmbeddedDatabase _database;
    private readonly EmbeddedEventLog _log;
    private readonly WebApplication _app;

    private BenchCollector()
    {
        _database = EmbeddedDatabase.Open(Path.Combine(_folder.FullName, "storage.db"), TimeProvider.System);
        _log = new EmbeddedEventLog(_database);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        builder.Services.AddSingleton<IEventLog>(_log);
        builder.Services.AddSingleton(new SiteCatalogSource(new SiteCatalog([Site], 1)));
        builder.Services.AddCollector();
        _app = builder.Build();
        _app.MapCollector();
    }

    private static SiteModel Site => new()
    {
        Id = "shop", Mode = SiteMode.Live, Consent = ConsentRule.NotRequired, Secret = new SiteSecret(new byte[32]),
        Keys = [new SiteKey(KeyRole.Write, [.. SHA256.HashData(Encoding.UTF8.GetBytes(WriteKey))], false)],
    };

    public Uri Address => new(_app.Urls.First());

    /// <summary>Commits of the log so far.</summary>
    public long Commits => _database.Commits;

    public static async Task<BenchCollector> StartAsync()
    {
        var collector = new BenchCollector();
        await collector._app.StartAsync();
        return collector;
    }

    /// <summary>Records in the log.</summary>
    public async Task<long> CountAsync(string topic)
    {
        long count = 0;
        for (var partition = 0; partition < _log.PartitionCount; partition++)
        {
            for (long offset = 0; ;)
            {
                using var batch = await _log.ReadAsync(topic, partition, offset, 10_000, CancellationToken.None);
                if (batch.Count == 0) break;
                count += batch.Count;
                offset = batch.NextOffset;
            }
        }
        return count;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _log.DisposeAsync();
        await _database.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}

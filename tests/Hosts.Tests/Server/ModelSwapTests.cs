using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using Engagement.Core.Features;
using Engagement.Core.Scoring;
using Engagement.Engine.Sites;
using Engagement.Server.Hosting;
using Hosts.Tests.Sites;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace Hosts.Tests.Server;

/// <summary>A model file put in place of a site's own is taken over by the running server, whole or not at all; the site's file is not touched.</summary>
public sealed class ModelSwapTests : IAsyncLifetime
{
    private const string ApiKey = "an-api-key-of-twenty-characters";
    private readonly SiteFiles _files = new();
    private WebApplication _server = null!;
    private HttpClient _http = null!;

    private string ModelFile => Path.Combine(_files.Path, "models", "shop.json");

    public async Task InitializeAsync()
    {
        _files.WriteSecret("shop.secret");
        _files.Write("shop", $$"""
            { "site": "shop", "mode": "observe", "secret": { "file": "shop.secret" }, "models": { "purposeful": "models/shop.json" },
              "keys": [ { "role": "api", "sha256": "{{DemoKeys.HashOf(ApiKey)}}" } ] }
            """);
        Put(Model("first", leaf: 0.5f));
        _server = await ServerComposer.ComposeAsync(new ServeOptions { Data = Path.Combine(_files.Path, "data"), Config = _files.Path, Port = 0, Quiet = true }, CancellationToken.None);
        await _server.StartAsync();
        Assert.True(await ServerRun.UntilReadyAsync(_server, CancellationToken.None));
        _http = new HttpClient { BaseAddress = new Uri(ServerRun.AddressOf(_server)) };
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _server.StopAsync();
        await _server.DisposeAsync();
        _files.Dispose();
    }

    [Fact]
    public async Task ModelFile_Replaced_IsTakenOver_AndABrokenOneLeavesTheLastGood()
    {
        Assert.Equal("shop/first", await VersionAsync());
        Assert.DoesNotContain("shop.json", await ReadyAsync(), StringComparison.Ordinal);

        Put(Model("second", leaf: 0.7f));
        await UntilAsync(async () => await VersionAsync() == "shop/second");

        // Its own parity vectors give it away: the trainer said something else than these trees do.
        Put(Replaced(Model("third", leaf: 0.7f), "\"margins\":[0.7,", "\"margins\":[0.9,"));
        await UntilAsync(async () => (await ReadyAsync()).Contains("ParityMismatch", StringComparison.Ordinal));
        Assert.Equal("shop/second", await VersionAsync());
        Assert.Contains("models.purposeful", await ReadyAsync(), StringComparison.Ordinal);

        Put(Model("fourth", leaf: 0.6f)[..200]);
        await UntilAsync(async () => (await ReadyAsync()).Contains("MalformedJson", StringComparison.Ordinal));
        Assert.Equal("shop/second", await VersionAsync());

        Put(Model("fifth", leaf: 0.9f));
        await UntilAsync(async () => await VersionAsync() == "shop/fifth" && !(await ReadyAsync()).Contains("MalformedJson", StringComparison.Ordinal));
    }

    private static byte[] Model(string version, float leaf)
    {
        var arrays = new TreeEnsembleArrays
        {
            FeatureCount = FeatureSchema.Count, Roots = [0], Left = [1, -1, -1], Right = [2, -1, -1], Feature = [(int)Feature.ProductRevisits, 0, 0],
            Threshold = [3, 0, 0], DefaultLeft = [1, 0, 0], Value = [0, leaf, 2], Cover = [3, 2, 1], Base = 0,
        };
        var manifest = new ModelManifest
        {
            Trainer = "test", TrainerVersion = "1", Seed = 1, TrainedAt = "2026-11-22", Predicts = "p", Data = "d", DataSha256 = new string('0', 64), Credit = "c", Rows = 8, PositiveRows = 4, Settings = [],
        };
        float[][] rows = [.. Enumerable.Range(0, 8).Select(_ => new float[FeatureSchema.Count])];
        return TreeEnsembleWriter.Write("shop", version, arrays, manifest, rows, [.. rows.Select(_ => leaf)]);
    }

    private static byte[] Replaced(byte[] file, string from, string to)
    {
        var text = System.Text.Encoding.UTF8.GetString(file);
        Assert.Contains(from, text, StringComparison.Ordinal);
        return System.Text.Encoding.UTF8.GetBytes(text.Replace(from, to, StringComparison.Ordinal));
    }

    private void Put(byte[] file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(ModelFile)!);
        File.WriteAllBytes(ModelFile + ".new", file);
        File.Move(ModelFile + ".new", ModelFile, overwrite: true);
    }

    private async Task<string?> VersionAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/should-engage?site=shop&visitor=v1");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ApiKey);
        using var response = await _http.SendAsync(request);
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStreamAsync());
        return answer.RootElement.GetProperty("modelVersion").GetProperty("purposeful").GetString();
    }

    private async Task<string> ReadyAsync()
    {
        using var response = await _http.GetAsync("/health/ready");
        return await response.Content.ReadAsStringAsync();
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(20), "did not come within 20 s");
            await Task.Delay(50);
        }
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Engagement.Core.Decisions;
using Engagement.Engine.Sites;
using Hosts.Tests.Engine;

namespace Hosts.Tests.Api;

/// <summary>Thresholds by stated costs, over HTTP.</summary>
public sealed class OperatingPointApiTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    public void Dispose() => _folder.Dispose();

    private static byte[] Table(string model, int needing = 40) => OperatingTable.Of(
        model, "floundering", "left", "made up", [.. Enumerable.Range(0, 100).Select(i => i / 100f)], [.. Enumerable.Range(0, 100).Select(i => i >= 100 - needing)]).Write();

    private string Models(params (string Name, byte[] Bytes)[] files)
    {
        var models = _folder.File("models");
        foreach (var (name, bytes) in files)
        {
            Directory.CreateDirectory(Path.Combine(models, name));
            File.WriteAllBytes(Path.Combine(models, name, "operating.json"), bytes);
        }
        return models;
    }

    private Task<RunningEngine> StartAsync() => RunningEngine.StartAsync(_folder.File("engagement.db"));

    private static async Task<(HttpStatusCode Status, JsonNode Body)> GetAsync(RunningEngine engine, string query, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models/operating-points" + query);
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await engine.Http.SendAsync(request);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    [Fact]
    public void Read_TablesBesideModels_AreFoundAndFaultsNamed()
    {
        var (tables, faults) = new OperatingTableReader(Models(("b", Table("b/1")), ("a", Table("a/1")), ("c", "{}"u8.ToArray()))).Read();
        Assert.Equal(["a/1", "b/1"], tables.Select(table => table.Model));
        Assert.Equal("c/operating.json", Assert.Single(faults).File);
        Assert.Empty(new OperatingTableReader(_folder.File("nowhere")).Read().Tables);
    }

    [Fact]
    public async Task OperatingPoints_StatedCosts_AreTaken()
    {
        await using var engine = await StartAsync();
        var (status, answer) = await GetAsync(engine, "?agentMinute=1.5&minutes=4&needing=0.2", TestSites.ApiKey("demo"));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("demo", (string?)answer["site"]);
        Assert.Equal(1.5, (double)answer["costs"]!["agentMinute"]!);
        Assert.Equal(20, (double)answer["costs"]!["lostVisitor"]!);
        Assert.All(answer["models"]!.AsArray(), model =>
        {
            Assert.Equal(100, model!["points"]!.AsArray().Count);
            Assert.Equal(0.2, (double)model["needingShare"]!, 1e-9);
            Assert.Contains("thresholds", (string)model["config"]!, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("?agentMinute=-1", "agentMinute")]
    [InlineData("?minutes=0", "minutes")]
    [InlineData("?lostVisitor=a", "lostVisitor")]
    [InlineData("?needing=1", "needing")]
    [InlineData("?accepted=0", "accepted")]
    [InlineData("?sessionsAnHour=NaN", "sessionsAnHour")]
    [InlineData("?interruption=1&interruption=2", "interruption")]
    public async Task OperatingPoints_CostThatIsNone_IsRefusedByName(string query, string field)
    {
        await using var engine = await StartAsync();
        var (status, problem) = await GetAsync(engine, query, TestSites.ApiKey("demo"));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("invalid_field", (string?)problem["code"]);
        Assert.Equal(field, (string?)problem["field"]);
    }

    [Fact]
    public async Task OperatingPoints_WithoutTheApiKey_AreNotGiven()
    {
        await using var engine = await StartAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync(engine, "", null)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await GetAsync(engine, "", TestSites.AgentToken("demo"))).Status);
    }

    [Fact]
    public void ReleasedTables_AreReadable_AndOfTheReleasedModels()
    {
        var (tables, faults) = new OperatingTableReader(SiteOptions.ModelDirectoryDefault).Read();
        Assert.Empty(faults);
        Assert.All(tables, table => Assert.Contains(table.State, new[] { "purposeful", "floundering" }));
        var purposeful = new SiteModelReader(SiteOptions.ModelDirectoryDefault).ReadPurposeful(null, "", out _);
        Assert.Equal(purposeful!.Version, Assert.Single(tables, table => table.State == "purposeful").Model);
        Assert.Contains(tables, table => table.State == "floundering");
    }
}

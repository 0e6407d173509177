using Engagement.Core.Contracts;

namespace Hosts.Tests.Engine;

/// <summary>What a visitor's sender kept back until after she asked to be forgotten.</summary>
public sealed class ErasureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task LateEvent_OfAnErasedVisitor_IsHiddenAlsoByANodeThatWasNotThere()
    {
        var time = new ManualTimeProvider();
        LogAppend late;
        await using (var engine = await RunningEngine.StartAsync(_folder.File("storage.db"), time, TestSites.Live()))
        {
            await engine.SearchAsync("v1", "return label");
            late = engine.Record("v1", "search_performed", new { search = new { query = "kept back", resultCount = 0, scope = "help" } });
            time.Advance(TimeSpan.FromSeconds(1));
            using var erased = await engine.CallAsync(HttpMethod.Delete, "/v1/visitors/v1", engine.TokenOf("v1"));
            Assert.True(erased.IsSuccessStatusCode);
            await engine.AppendAsync(late);
            await engine.DecidedAsync();
            Assert.Null(await engine.Store.GetAssessmentAsync("demo", engine.KeyOf("v1"), default));
            // So that the next rebuild starts behind the record of the erasure.
            await engine.SearchAsync("v2", "opening hours");
            await engine.DecidedAsync();
        }
        await using var next = await RunningEngine.StartAsync(_folder.File("storage.db"), time, TestSites.Live());
        await next.AppendAsync(late);
        await next.DecidedAsync();
        Assert.Null(await next.Store.GetAssessmentAsync("demo", next.KeyOf("v1"), default));
        await next.SearchAsync("v1", "a new visit");
        await next.DecidedAsync();
        Assert.NotNull(await next.Store.GetAssessmentAsync("demo", next.KeyOf("v1"), default));
    }
}

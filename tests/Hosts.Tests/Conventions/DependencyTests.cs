using System.Reflection;
using Engagement.Core;
using Engagement.Desks;
using Engagement.Engine.Sites;
using Engagement.Server.Hosting;

namespace Hosts.Tests.Conventions;

/// <summary>Dependencies run one way: Collector → Core ← Engine ← Desks; only Server knows both hosts.</summary>
public sealed class DependencyTests
{
    private static readonly Assembly Core = typeof(EngagementPipeline).Assembly;
    private static readonly Assembly Engine = typeof(SiteOptions).Assembly;
    private static readonly Assembly Server = typeof(ServeOptions).Assembly;

    // By name: the collector is loaded because the server refers to it, whatever its types are called.
    private static readonly Assembly Collector = Assembly.Load("Engagement.Collector");

    [Fact]
    public void Core_KnowsNoOther() => Assert.Empty(OursIn(Core));

    [Fact]
    public void Collector_KnowsCoreOnly() => Assert.Subset(new HashSet<string> { "Engagement.Core" }, OursIn(Collector));

    [Fact]
    public void Engine_KnowsCoreOnly() => Assert.Subset(new HashSet<string> { "Engagement.Core" }, OursIn(Engine));

    [Fact]
    public void Desks_KnowEngineAndCoreOnly() => Assert.Subset(new HashSet<string> { "Engagement.Core", "Engagement.Engine" }, OursIn(typeof(DeskOptions).Assembly));

    [Fact]
    public void Server_KnowsHostsAndCore_NotTraining() => Assert.Subset(new HashSet<string> { "Engagement.Core", "Engagement.Engine", "Engagement.Collector", "Engagement.Desks" }, OursIn(Server));

    private static HashSet<string> OursIn(Assembly assembly) =>
        [.. assembly.GetReferencedAssemblies().Select(a => a.Name!).Where(name => name.StartsWith("Engagement.", StringComparison.Ordinal) || name.StartsWith("engagement", StringComparison.Ordinal))];
}

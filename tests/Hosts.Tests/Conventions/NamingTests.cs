using System.Reflection;
using System.Runtime.CompilerServices;
using Engagement.Core;
using Engagement.Desks;
using Engagement.Engine.Sites;
using Engagement.Server.Hosting;

namespace Hosts.Tests.Conventions;

/// <summary>What STYLE asks of every type: sealed by default, options are records, names say a role of the domain.</summary>
public sealed class NamingTests
{
    private static readonly Assembly[] Ours =
        [typeof(EngagementPipeline).Assembly, typeof(SiteOptions).Assembly, typeof(DeskOptions).Assembly, typeof(ServeOptions).Assembly, Assembly.Load("Engagement.Collector")];

    /// <summary>Names that say nothing of a role.</summary>
    private static readonly string[] SuffixesBanned = ["Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Utilities", "Impl", "Info", "Data", "Processor", "Wrapper"];

    /// <summary>Open on purpose: each with its reason.</summary>
    private static readonly string[] OpenAllowed =
    [
        // A batch is one of the log's seams: each implementation has its own buffers.
        "LogBatch",
    ];

    public static IEnumerable<Type> Types =>
        Ours.SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.Namespace?.StartsWith("Engagement", StringComparison.Ordinal) == true && !IsGenerated(type));

    [Fact]
    public void Classes_AreSealedOrStatic()
    {
        // An abstract class inside an assembly has its heirs beside it; one that is public is a promise to strangers.
        var open = Types.Where(t => t is { IsClass: true, IsSealed: false } && (!t.IsAbstract || t.IsPublic) && !OpenAllowed.Contains(t.Name));
        Assert.Empty(open.Select(t => t.FullName));
    }

    [Fact]
    public void Options_AreSealedRecords()
    {
        var options = Types.Where(t => t.Name.EndsWith("Options", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(options);
        Assert.Empty(options.Where(t => !t.IsSealed || t.GetMethod("<Clone>$") is null).Select(t => t.FullName));
    }

    [Fact]
    public void Names_EndInARole_NotInNothing()
    {
        var idle = Types.Where(t => SuffixesBanned.Any(suffix => t.Name.Split('`')[0].EndsWith(suffix, StringComparison.Ordinal)));
        Assert.Empty(idle.Select(t => t.FullName));
    }

    [Fact]
    public void Interfaces_StandAtIoEdgesOnly()
    {
        // Each with two real implementations, now or with the cluster; the rest needs none.
        string[] expected = ["IEventLog", "ILogConsumer", "IDeliveryStore", "IPropensityModel"];
        var others = Types.Where(t => t is { IsInterface: true, IsPublic: true } && !expected.Contains(t.Name));
        Assert.Empty(others.Select(t => t.FullName));
    }

    [Fact]
    public void StaticFields_AreReadOnly()
    {
        var mutable = Types.SelectMany(t => t.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(f => f is { IsInitOnly: false, IsLiteral: false } && !f.Name.Contains('<', StringComparison.Ordinal) && f.GetCustomAttribute<ThreadStaticAttribute>() is null
                && f.GetCustomAttribute<CompilerGeneratedAttribute>() is null && !IsGenerated(f.DeclaringType!));
        Assert.Empty(mutable.Select(f => $"{f.DeclaringType!.FullName}.{f.Name}"));
    }

    private static bool IsGenerated(Type type) =>
        type.Name.Contains('<', StringComparison.Ordinal)
        || type.GetCustomAttribute<CompilerGeneratedAttribute>() is not null
        || typeof(System.Text.Json.Serialization.JsonSerializerContext).IsAssignableFrom(type)
        || (type.DeclaringType is { } outer && IsGenerated(outer));
}

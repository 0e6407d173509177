using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Engagement.Core;

namespace Core.Tests.Conventions;

/// <summary>The core has no IO, no clock, no randomness, no DI, no logging and no tasks of its own: read from its metadata, so that nothing hides in a body.</summary>
public sealed class CorePurityTests
{
    /// <summary>Namespaces that the core may not touch at all.</summary>
    private static readonly string[] NamespacesBanned =
    [
        "System.IO", "System.Net", "System.Diagnostics", "System.Threading.Channels", "System.Data", "System.Reflection.Emit", "Microsoft.AspNetCore", "Microsoft.Extensions",
        "Microsoft.Data", "Polly", "OpenTelemetry", "Confluent", "StackExchange",
    ];

    /// <summary>Types that the core may not touch in namespaces that it may.</summary>
    private static readonly string[] TypesBanned =
    [
        "System.TimeProvider", "System.Random", "System.Console", "System.Environment", "System.Threading.Thread", "System.Threading.Timer", "System.Threading.Tasks.Task`1",
        "System.Threading.ThreadPool", "System.Security.Cryptography.RandomNumberGenerator",
    ];

    /// <summary>What of a banned namespace is no IO: buffers and attributes that the compiler or serialiser brings.</summary>
    private static readonly string[] TypesAllowed =
    [
        "System.IO.Stream", "System.IO.InvalidDataException", "System.IO.MemoryStream",
        "System.Diagnostics.CodeAnalysis", "System.Diagnostics.Debug", "System.Diagnostics.DebuggableAttribute",
        "System.Diagnostics.DebuggerBrowsableAttribute", "System.Diagnostics.DebuggerBrowsableState", "System.Diagnostics.UnreachableException",
    ];

    /// <summary>Clocks and randomness that hide in types which the core may use.</summary>
    private static readonly string[] MembersBanned = ["System.DateTime.get_Now", "System.DateTime.get_UtcNow", "System.DateTimeOffset.get_Now", "System.DateTimeOffset.get_UtcNow", "System.Guid.NewGuid"];

    [Fact]
    public void Core_References_FrameworkOnly()
    {
        var foreign = typeof(EngagementPipeline).Assembly.GetReferencedAssemblies().Select(a => a.Name!)
            .Where(name => !name.StartsWith("System.", StringComparison.Ordinal) && name is not ("System" or "netstandard" or "mscorlib"));
        Assert.Empty(foreign);
    }

    [Fact]
    public void Core_Types_TouchNoIoClockOrHost()
    {
        var touched = ReadTypes().Where(type =>
            !TypesAllowed.Any(allowed => type == allowed || type.StartsWith(allowed + ".", StringComparison.Ordinal))
            && (TypesBanned.Contains(type) || NamespacesBanned.Any(banned => type.StartsWith(banned + ".", StringComparison.Ordinal))));
        Assert.Empty(touched);
    }

    [Fact]
    public void Core_Members_AskNoStaticClock() => Assert.Empty(ReadMembers().Intersect(MembersBanned));

    /// <summary>The two IO seams are declared in the core, so tasks are named there; nothing in it awaits one.</summary>
    [Fact]
    public void Core_AsyncMethods_AreNone() =>
        Assert.DoesNotContain(ReadTypes(), type => type is "System.Runtime.CompilerServices.AsyncTaskMethodBuilder" or "System.Runtime.CompilerServices.AsyncValueTaskMethodBuilder");

    private static List<string> ReadTypes() => Read(reader =>
        [.. reader.TypeReferences.Select(handle => NameOf(reader, reader.GetTypeReference(handle)))]);

    private static List<string> ReadMembers() => Read(reader =>
        [.. reader.MemberReferences.Select(reader.GetMemberReference)
            .Where(member => member.Parent.Kind == HandleKind.TypeReference)
            .Select(member => $"{NameOf(reader, reader.GetTypeReference((TypeReferenceHandle)member.Parent))}.{reader.GetString(member.Name)}")]);

    private static List<string> Read(Func<MetadataReader, List<string>> read)
    {
        using var file = new PEReader(File.OpenRead(typeof(EngagementPipeline).Assembly.Location));
        var names = read(file.GetMetadataReader());
        Assert.True(names.Count > 20, "metadata was not read");
        return names;
    }

    private static string NameOf(MetadataReader reader, TypeReference type) => $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}";
}

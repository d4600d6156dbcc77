# Reads {program: {part: text}} and prints, as JSON, what is wrong with each program: it does not compile without a warning;
# it uses a name that nothing binds, or that is bound only further down; nothing uses one of its parts.
import ast, builtins, json, symtable, sys, warnings

warnings.simplefilter("error")

class Names(ast.NodeVisitor):
    """What a statement of a module binds there, and what it looks up as soon as it is reached."""
    def __init__(self):
        self.binds, self.needs = set(), set()
    def visit_Name(self, node):
        (self.needs if isinstance(node.ctx, ast.Load) else self.binds).add(node.id)
    def visit_Import(self, node):
        self.binds.update((alias.asname or alias.name).split(".")[0] for alias in node.names)
    def visit_ExceptHandler(self, node):
        self.binds.update([node.name] if node.name else [])
        self.generic_visit(node)
    def visit_FunctionDef(self, node):
        self.binds.add(node.name)
        for one in node.decorator_list + node.args.defaults:
            self.visit(one)
    def visit_ClassDef(self, node):
        self.binds.add(node.name)
        for base in node.bases:
            self.visit(base)
    def visit_Lambda(self, node):
        """Looks its names up when it is called."""

def looked_up(table):
    """The names that functions look up in their module, whenever they are called."""
    found = set()
    for symbol in table.get_symbols():
        if table.get_type() != "module" and symbol.is_referenced() and symbol.is_global():
            found.add(symbol.get_name())
    for child in table.get_children():
        found |= looked_up(child)
    return found

def unbound_names(text):
    bound, problems = set(dir(builtins)), []
    for statement in ast.parse(text).body:
        names = Names()
        names.visit(statement)
        problems += ["line %d uses %s before it is there" % (statement.lineno, name) for name in sorted(names.needs - names.binds - bound)]
        bound |= names.binds
    return problems + ["%s is nowhere" % name for name in sorted(looked_up(symtable.symtable(text, "program", "exec")) - bound)]

def defined_in(text):
    names = Names()
    for statement in ast.parse(text).body:
        if not isinstance(statement, ast.Import):
            names.visit(statement)
    return names.binds

def mentioned_in(text):
    return {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}

def idle_parts(parts):
    """Those in front of the program of which neither it nor a part behind them uses anything."""
    texts = list(parts.values())
    return [name for number, name in enumerate(parts) if number + 1 < len(texts)
            and not any(defined_in(texts[number]) & mentioned_in(text) for text in texts[number + 1:])]

def judged(parts):
    text = "\n".join(parts.values())
    try:
        compile(text, "program", "exec")
    except (SyntaxError, Warning) as problem:
        return ["does not compile: %s" % problem]
    return unbound_names(text) + ["needs nothing of %s" % name for name in idle_parts(parts)]

print(json.dumps({name: judged(parts) for name, parts in json.load(sys.stdin).items()}))

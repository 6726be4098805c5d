import sys,tempfile,time
from pathlib import Path
from tests.support.harness import *
from generator.errors import SpecError
def probe(r, f=None):
    d=Path(tempfile.mkdtemp())
    t=time.time()
    with importable(d):
        try:
            m=make(r,d)
        except SpecError as e:
            print("REFUSED",e); return
        t1=time.time()-t
        for w in m.warnings: print("WARN",w)
        try:
            if r.check: r.check(m)
            if f: print(f(m))
        except Exception as e: import traceback; traceback.print_exc(limit=-3)
        print(round(t1,3), round(time.time()-t,3))

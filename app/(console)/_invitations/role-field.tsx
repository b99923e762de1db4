import { Field, Select } from "@/app/_ui/input";

type RoleFieldProps<Role extends string> = {
  /** Roles and their labels. */
  roles: readonly (readonly [Role, string])[];
  value: Role;
  onChange: (role: Role) => void;
};

/** Chooses the role that an invited person gets. */
export function RoleField<Role extends string>({ roles, value, onChange }: RoleFieldProps<Role>) {
  return (
    <Field label="Role">
      <Select value={value} onChange={(event) => onChange(event.target.value as Role)}>
        {roles.map(([role, label]) => (
          <option key={role} value={role}>
            {label}
          </option>
        ))}
      </Select>
    </Field>
  );
}
